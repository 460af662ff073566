namespace ECommerce.Incidents.Planning;

/// <summary>A harmless event that happens beside the cause.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="At">When, as a share of the time until the onset: 0.5 is half way to it, 1.2 is after it.</param>
internal sealed record Decoy(string Kind, double At)
{
    /// <summary>A release without a change. It comes before the onset, since it would replace the build of a bad one.</summary>
    public const string GoodRelease = "good_release";

    /// <summary>The log level of a module is moved for some minutes.</summary>
    public const string LogLevel = "log_level";

    /// <summary>Some more customers look around for a while.</summary>
    public const string Burst = "burst";

    /// <summary>A scheduled VACUUM of a table.</summary>
    public const string Vacuum = "vacuum";

    /// <summary>A client types wrong addresses.</summary>
    public const string LostClient = "lost_client";

    public static IReadOnlyList<string> Kinds { get; } = [GoodRelease, LogLevel, Burst, Vacuum, LostClient];
}
