using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Topology;

/// <summary>The settings of calls between the hosts of modules (section <c>Contracts</c>).</summary>
public sealed class ContractsOptions
{
    public const string Section = "Contracts";

    [Description("The P-256 private key in PEM that signs the tokens of calls between hosts. Required where a module is held by another host; the hosts of a shop share it, or name each other's keys in `Contracts__TrustedKeys`.")]
    [PasswordPropertyText(true)]
    public string? SigningKey { get; set; }

    [Description("Public keys in PEM, one after the other, whose tokens this host accepts on its internal listener besides its own key's. Two hosts with different keys, and the rotation of a key, need it.")]
    public string? TrustedKeys { get; set; }

    [Description("The time limit of a call with all its attempts. The rest of it travels with the call, and the other host gives up when it has passed.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    [Description("The time limit of one attempt.")]
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(2);

    [Description("The number of retries of a call that failed; every contract may be repeated.")]
    [Range(1, 10)]
    public int Retries { get; set; } = 2;

    [Description("The delay before the first retry; it doubles with each one, with jitter.")]
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(50);

    [Description("The number of calls to one module that may be in flight; others are refused at once.")]
    [Range(1, 10_000)]
    public int Concurrency { get; set; } = 100;

    [Description("How long no call is made after half of the recent ones have failed (the circuit breaker of a module).")]
    [Range(typeof(TimeSpan), "00:00:00.500", "00:01:00")]
    public TimeSpan CircuitBreak { get; set; } = TimeSpan.FromSeconds(2);
}
