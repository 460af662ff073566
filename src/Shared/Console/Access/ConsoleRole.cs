namespace Observability.Console.Access;

/// <summary>What a caller of the console may do.</summary>
public enum ConsoleRole
{
    /// <summary>Sees everything and changes nothing.</summary>
    Viewer,

    /// <summary>Also changes the running host.</summary>
    Operator,
}

/// <summary>The caller of a page.</summary>
/// <param name="Name">A short id of the session, which is no secret; log lines name the caller by it.</param>
/// <param name="Role">The role.</param>
public sealed record ConsoleUser(string Name, ConsoleRole Role);

/// <summary>The caller of the current page or circuit. Scoped: a component injects it.</summary>
public interface IConsoleAccess
{
    /// <summary>Null when nobody is signed in, or when the session has ended.</summary>
    ConsoleUser? Current { get; }
}
