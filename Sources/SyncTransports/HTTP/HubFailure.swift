import AnnotationStore

/// Why a hub could not be used.
public enum HubFailure: Error, Hashable, Sendable {
  /// There is no way to the hub's network.
  case noNetwork
  /// No machine has the name.
  case nameNotFound(String)
  /// Nothing listens there.
  case refused
  /// It did not answer in time.
  case timedOut
  /// No connection could be made that nobody else reads.
  case tls(String)
  /// The connection broke.
  case cut(String)
  /// The proxy that the environment names could not be used.
  case proxy(String)
  /// It sends elsewhere; a token is not carried along.
  case redirected(String)
  /// A token would cross the network readable.
  case insecure
  /// No token was found to show.
  case noToken
  /// The token was shown, and is not known or was revoked.
  case unauthorized
  /// The token is not for this.
  case forbidden(String)
  /// The token may not send.
  case readOnly
  /// There is no such store.
  case noStore
  /// It has nothing at the address.
  case nothingThere
  /// It has another store there.
  case otherStore(String)
  /// It speaks a newer version.
  case newer
  /// It speaks an older version.
  case older
  /// It takes no more for now.
  case busy(seconds: Int?)
  /// Its disk is full.
  case diskFull
  /// It refused what was sent.
  case refusedRequest(status: Int, detail: String)
  /// It failed.
  case failed(status: Int, request: String?)
  /// What answers is no hub, or something between changes what it says.
  case notAHub(String)

  /// Whether the same may succeed a moment later, so that it is tried again.
  var mayPass: Bool {
    switch self {
    case .timedOut, .cut, .busy: true
    case .failed(let status, _): [502, 503, 504].contains(status)
    default: false
    }
  }

  /// What is wrong and what to do, to stand after the hub's address.
  var text: String {
    switch self {
    case .noNetwork: "cannot be reached: there is no network to it (connect, and sync again; nothing is lost)"
    case .nameNotFound(let host):
      "cannot be reached: no machine is named \(host) (check the address: variorum remote list)"
    case .refused:
      "cannot be reached: nothing listens there (start it: variorum serve --listen HOST:PORT --data DIR, or check the address)"
    case .timedOut: "did not answer in time (check the network and try again; a sync goes on where it was)"
    case .tls(let reason):
      "is not trusted: \(reason) (where its certificate is your own, give --ca-file PATH or set VARIORUM_CA_FILE)"
    case .cut(let reason): "broke off: \(reason) (sync again; it goes on where it was)"
    case .proxy(let reason): "cannot be reached through the proxy: \(reason) (check HTTPS_PROXY and NO_PROXY)"
    case .redirected(let place): "sends elsewhere, to \(place) (give that address: variorum remote add NAME URL)"
    case .insecure:
      "would get the token readable for anybody on the way (use https://, or set VARIORUM_INSECURE=1 where the way is your own)"
    case .noToken:
      "wants a token (set VARIORUM_TOKEN, or give --token-file PATH; variorum token create makes one on the hub's machine)"
    case .unauthorized: "does not know the token, or it was revoked (ask for a new one: variorum token create)"
    case .forbidden(let detail): "does not allow it: \(detail) (ask for a token that is for this store)"
    case .readOnly: "lets this token only read (variorum pull takes what is there; a writer's token sends)"
    case .noStore:
      "has no such store (variorum sync with a writer's token makes it there; check with variorum status which store this is)"
    case .nothingThere:
      "has nothing at this address (variorum remote list shows what was given; a store's own ends in its id)"
    case .otherStore(let detail): "has another store there: \(detail) (check the address: variorum remote list)"
    case .newer: "is newer than this variorum and speaks another version of the protocol (install the newer variorum)"
    case .older: "is older than this variorum and speaks another version of the protocol (have the hub updated)"
    case .busy(let seconds):
      "takes no more for now (try again\(seconds.map { " in \($0) s" } ?? " in a while"); nothing is lost)"
    case .diskFull: "has a full disk: nothing more was written there (free some space on its machine, and sync again)"
    case .refusedRequest(let status, let detail):
      "refused the request with status \(status): \(detail) (update variorum on both sides)"
    case .failed(let status, let request):
      "failed with status \(status) (its log tells why\(request.map { ", at request \($0)" } ?? ""); try again)"
    case .notAHub(let what): "is no hub: \(what) (check the address: variorum remote list)"
    }
  }
}
