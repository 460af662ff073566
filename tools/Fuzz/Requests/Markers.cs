namespace ECommerce.Fuzz.Requests;

/// <summary>
/// What is planted in requests, so that it can be searched for where it must not turn up. One prefix stands in all of it, in upper or
/// lower case; no signal of the shop may repeat it.
/// </summary>
internal static class Markers
{
    /// <summary>In every hostile text, e-mail and password.</summary>
    public const string Any = "zqx7";

    /// <summary>In every text that is hostile.</summary>
    public const string Hostile = "Zqx7h";

    /// <summary>In every password.</summary>
    public const string Secret = "Zqx7s";

    /// <summary>Where every e-mail address ends.</summary>
    public const string MailDomain = "zqx7m.example";

    /// <summary>A header that only an answer torn in two could carry.</summary>
    public const string InjectedHeader = "X-Zqx7-Injected";

    /// <summary>A member that only a log line torn in two could carry.</summary>
    public const string ForgedMember = "zqx7forged";
}
