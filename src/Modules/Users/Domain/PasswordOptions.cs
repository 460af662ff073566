using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Users;

/// <summary>The settings of password hashing and its queue (section <c>Passwords</c>).</summary>
internal sealed class PasswordOptions
{
    [Description("The iterations of PBKDF2-HMAC-SHA512 in a new hash. The default is that of OWASP's recommendation, about a tenth of a second; hashes with other iterations are renewed at login.")]
    [Range(10_000, 10_000_000)]
    public int Iterations { get; set; } = 210_000;

    [Description("The limit on requests of one client address that wait for a hashing slot; further ones are refused with 429.")]
    [Range(1, 100_000)]
    public int WaitingPerClient { get; set; } = 8;

    [Description("The limit on requests of all clients that wait for a hashing slot; further ones are refused with 429.")]
    [Range(1, 100_000)]
    public int Waiting { get; set; } = 40;

    [Description("The interval of the job that deletes failed logins which no longer count, and client addresses that did not log in for 30 days.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan PurgeInterval { get; set; } = TimeSpan.FromMinutes(10);
}
