public import ReleaseModel

/// How the one who did something is named.
public enum ActorText {
    /// `alice`, `jenkins for alice`.
    public static func text(of actor: Actor) -> String {
        actor.name.printable + (actor.onBehalfOf.map { " for \($0.printable)" } ?? "")
    }
}
