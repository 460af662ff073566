namespace ECommerce.Users;

/// <summary>The failpoints of the making of tokens.</summary>
internal static class TokenFailpoints
{
    /// <summary>The time is how far the clock is behind.</summary>
    public static readonly Failpoint ClockSkew = new(
        "users", "token_clock_skew", "Tokens are issued by a clock that is behind: they have expired, or expire early.", Share: "the tokens")
    {
        Time = new("skew", Usual: TimeSpan.FromHours(2), Most: TimeSpan.FromDays(1)),
    };
}
