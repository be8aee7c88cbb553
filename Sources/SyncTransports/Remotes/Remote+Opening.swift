extension RemoteAddress {
  /// The transport to the remote at this address; the one place that knows which there are.
  ///
  /// - Throws: ``RemoteError``.
  public func open() throws -> any SyncRemote {
    switch self {
    case .folder(let path): FolderRemote(path: path)
    case .hub(let url): throw RemoteError.unsupported(url)
    }
  }
}
