using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Users;

/// <summary>What a password costs to check, and how many requests may wait for that (section <c>Passwords</c>).</summary>
internal sealed class PasswordOptions
{
    [Description("Rounds of PBKDF2-HMAC-SHA512 in a new hash. The default is what OWASP asks for, about a tenth of a second; other hashes are renewed at login.")]
    [Range(10_000, 10_000_000)]
    public int Iterations { get; set; } = 210_000;

    [Description("Requests of one client address that may wait for a hashing slot; more are refused with 429.")]
    [Range(1, 100_000)]
    public int WaitingPerClient { get; set; } = 8;

    [Description("Requests of all clients that may wait for a hashing slot; more are refused with 429.")]
    [Range(1, 100_000)]
    public int Waiting { get; set; } = 40;

    [Description("How often failed logins that no longer count, and client addresses that did not log in for 30 days, are deleted.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan PurgeInterval { get; set; } = TimeSpan.FromMinutes(10);
}
