import AnnotationModel
import ArgumentParser
import Foundation

/// The command `variorum`: its verbs, in the groups in which help lists them.
@main
struct Variorum: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "variorum",
    abstract: "Curates scientific claims: many curators, offline, and nothing anybody wrote is lost.",
    discussion: """
      A store belongs to a directory, and every verb finds it from there upwards.

      EXAMPLE
        variorum init --curator "Ada Nowak" --orcid 0000-0002-1825-0097
        variorum add claim "LCN2 is raised in the spinal cord of ALS patients." --entity NCBIGene:3934
        variorum list claims
      """,
    version: "0.1.0",
    groupedSubcommands: [
      CommandGroup(name: "Begin", subcommands: [InitCommand.self, CloneCommand.self, ImportCommand.self]),
      CommandGroup(
        name: "Write",
        subcommands: [
          AddCommand.self,
          NoteCommand.self,
          ReplyCommand.self,
          AssessCommand.self,
          TagCommand.self,
          LinkCommand.self,
          EditCommand.self,
          DeleteCommand.self,
          RestoreCommand.self,
          UndoCommand.self,
          ResolveCommand.self,
        ]),
      CommandGroup(
        name: "Read",
        subcommands: [
          ShowCommand.self,
          ListCommand.self,
          SearchCommand.self,
          LogCommand.self,
          BlameCommand.self,
          DiffCommand.self,
          ConflictsCommand.self,
          StatusCommand.self,
        ]),
      CommandGroup(
        name: "Together",
        subcommands: [
          RemoteCommand.self,
          SyncCommand.self,
          PushCommand.self,
          PullCommand.self,
          MergeCommand.self,
          BundleCommand.self,
        ]),
      CommandGroup(name: "Hub", subcommands: [ServeCommand.self, TokenCommand.self]),
      CommandGroup(
        name: "Keep",
        subcommands: [
          VerifyCommand.self,
          DoctorCommand.self,
          BackupCommand.self,
          ExportCommand.self,
          FormatsCommand.self,
        ]),
    ])

  /// Runs the verb that the arguments name and ends the process with its exit code.
  static func main() async {
    Foundation.exit(await CommandLineRunner.run(arguments: Array(CommandLine.arguments.dropFirst())))
  }
}
