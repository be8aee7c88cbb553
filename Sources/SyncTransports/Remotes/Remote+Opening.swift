extension RemoteAddress {
  /// The transport to the remote at this address; the one place that knows which there are.
  ///
  /// - Parameter hub: what reaching a hub takes; a folder takes nothing.
  public func open(hub options: HubOptions = HubOptions()) -> any SyncRemote {
    switch self {
    case .folder(let path): FolderRemote(path: path)
    case .hub(let url): HubRemote(address: url, options: options)
    }
  }
}
