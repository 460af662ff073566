namespace Observability.Console.Sessions;

/// <summary>A file that is not imported: which part of it is wrong, and why.</summary>
internal sealed class ImportRefusedException(string part, string message) : Exception(message)
{
    /// <summary>The entry of the zip, or <c>body</c>.</summary>
    public string Field => part;
}
