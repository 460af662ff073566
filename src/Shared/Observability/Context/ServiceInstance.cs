using Microsoft.Extensions.Configuration;

namespace Observability.Context;

/// <summary>
/// The resource attribute <c>service.instance.id</c>: the name of this host among the hosts of the shop. It is in spans and log records by
/// OTLP, as <c>host</c> in log lines and in <c>build_info</c>, and in <see cref="Header"/> of every answer on the management listener.
/// </summary>
/// <param name="Id">From <c>OTEL_RESOURCE_ATTRIBUTES</c>, or the machine's name with a random part for each start.</param>
/// <remarks>
/// The convention recommends a random UUID. This id is as unique, and an operator recognises the machine
/// (https://opentelemetry.io/docs/specs/semconv/resource/service/).
/// </remarks>
public sealed record ServiceInstance(string Id)
{
    /// <summary>The header of answers on the management listener.</summary>
    public const string Header = "X-Instance-Id";

    internal const string Attribute = "service.instance.id";

    public static ServiceInstance Of(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var configured = (configuration["OTEL_RESOURCE_ATTRIBUTES"] ?? "").Split(',')
            .Select(pair => pair.Split('=', 2))
            .Where(pair => pair is [var name, _] && name.Trim() == Attribute)
            .Select(pair => Uri.UnescapeDataString(pair[1].Trim()))
            .LastOrDefault(value => value.Length > 0 && value.All(letter => letter is > ' ' and < '\x7f'));
        return new(configured ?? $"{LettersOf(Environment.MachineName)}-{Random.Shared.Next():x8}");
    }

    // A header takes no other characters, and host names have no others.
    private static string LettersOf(string name) =>
        string.Concat(name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' ? letter : '-'));
}
