using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Web;

/// <summary>How much the host takes on before it refuses (section <c>Limits</c>).</summary>
public sealed class LimitsOptions
{
    [Description("Requests a second that one client may send to the public listener in the long run. A client is an IPv4 address or an IPv6 /64. Probes are counted apart, with the same numbers.")]
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 500;

    [Description("Requests that one client may send at once before the rate counts.")]
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 1000;

    [Description("Requests in work at once, of all clients; more are refused with 503. A request whose body still arrives is not in work.")]
    [Range(1, 100_000)]
    public int Concurrency { get; set; } = 200;

    [Description("Requests of one client that are read or in work at once; more are refused with 429. Without a value: half of `Limits__Concurrency`.")]
    [Range(1, 100_000)]
    public int? ConcurrencyPerClient { get; set; }

    [Description("The largest body, in bytes.")]
    [Range(1024, 1_073_741_824)]
    public int BodyBytes { get; set; } = 1_048_576;

    [Description("Bytes of request bodies that are held in memory at once, of all clients; more are refused with 503. One client may hold half of them.")]
    [Range(65_536, 4_294_967_296)]
    public long BufferedBytes { get; set; } = 33_554_432;

    [Description("How long a request may take from its first byte after the headers, its body included, before it is given up: 400 while the body arrives, 504 later.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    [Description("Failed logins, for one account from one address and from one address for all accounts, before logging in is refused with 429: for a minute at first, then longer.")]
    [Range(1, 100_000)]
    public int FailedLoginsPerMinute { get; set; } = 10;

    [Description("Registrations and changes of an e-mail a minute that one client address may send in the long run.")]
    [Range(1, 1_000_000)]
    public int RegistrationsPerMinute { get; set; } = 30;

    [Description("Registrations and changes of an e-mail that one client address may send at once before the rate counts.")]
    [Range(1, 1_000_000)]
    public int RegistrationBurst { get; set; } = 60;

    /// <summary>The share of one client: <see cref="ConcurrencyPerClient"/>, or half of <see cref="Concurrency"/>.</summary>
    internal int ClientShare => ConcurrencyPerClient ?? Math.Max(1, Concurrency / 2);
}
