using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Web;

/// <summary>The limits on requests (section <c>Limits</c>).</summary>
public sealed class LimitsOptions
{
    [Description("The rate of requests of one client on the public listener, a second (token bucket). A client is an IPv4 address or an IPv6 /64. Probes are counted apart, with the same limits.")]
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 500;

    [Description("The burst of requests of one client before the rate applies.")]
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 1000;

    [Description("The limit on concurrent requests of all clients; further ones are refused with 503. A request whose body is still arriving does not count.")]
    [Range(1, 100_000)]
    public int Concurrency { get; set; } = 200;

    [Description("The limit on concurrent requests of one client, those whose body is still arriving included; further ones are refused with 429. The default is half of `Limits__Concurrency`.")]
    [Range(1, 100_000)]
    public int? ConcurrencyPerClient { get; set; }

    [Description("The limit on the size of a body, in bytes.")]
    [Range(1024, 1_073_741_824)]
    public int BodyBytes { get; set; } = 1_048_576;

    [Description("The limit on the bytes of request bodies in memory, of all clients; further bodies are refused with 503. One client may hold half of them.")]
    [Range(65_536, 4_294_967_296)]
    public long BufferedBytes { get; set; } = 33_554_432;

    [Description("The time limit of a request from the end of its headers on, its body included. It is answered with 400 while the body arrives, and with 504 later.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    [Description("The number of failed logins, of one address for one account and of one address for all accounts, after which logins are refused with 429: for a minute at first, then longer.")]
    [Range(1, 100_000)]
    public int FailedLoginsPerMinute { get; set; } = 10;

    [Description("The rate of registrations and e-mail changes of one client address, a minute (token bucket).")]
    [Range(1, 1_000_000)]
    public int RegistrationsPerMinute { get; set; } = 30;

    [Description("The burst of registrations and e-mail changes of one client address before the rate applies.")]
    [Range(1, 1_000_000)]
    public int RegistrationBurst { get; set; } = 60;

    /// <summary>
    /// The limit on concurrent requests of one client: <see cref="ConcurrencyPerClient"/>, or half of <see cref="Concurrency"/>.
    /// </summary>
    internal int ClientShare => ConcurrencyPerClient ?? Math.Max(1, Concurrency / 2);
}
