import ArgumentParser

/// `variorum remote`: the verb before what is done with remotes.
struct RemoteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remote",
    abstract: "Name the places where this store meets its other replicas.",
    discussion: """
      A remote is a folder that another program carries (Dropbox, Syncthing, NFS, a USB stick), or a hub. Its name is \
      for this store file alone and goes nowhere.

      EXAMPLE
        variorum remote add team ~/Dropbox/lcn2
        variorum remote list
        variorum sync team
      """,
    subcommands: [
      RemoteAddCommand.self, RemoteListCommand.self, RemoteShowCommand.self, RemoteRenameCommand.self,
      RemoteRemoveCommand.self,
    ])
}
