namespace Observability.Console.Access;

/// <summary>What the console assumes of the inside of ASP.NET Core, where it offers no documented way.</summary>
internal static class FrameworkInternals
{
    private const string Suppressed = "Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme";

    /// <summary>Whether the application has told ASP.NET Core not to make its only authentication scheme the default.</summary>
    public static bool IsDefaultSchemeSuppressed
    {
        get => AppContext.TryGetSwitch(Suppressed, out var isSuppressed) && isSuppressed;
        set => AppContext.SetSwitch(Suppressed, value);
    }
}
