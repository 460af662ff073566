using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ECommerce.Hosting;

namespace ECommerce.Host;

/// <summary>
/// An address of <see cref="EndpointsOptions"/>. As in Kestrel, <c>*</c> is every address of the machine, <c>localhost</c> the loopback
/// address of both families, and <c>[::]</c> both families. Kestrel treats any other name as <c>*</c>; here a name is resolved, so that a
/// management listener is not opened to everybody by mistake.
/// </summary>
internal sealed partial record ListenAddress(string Host, int Port)
{
    private const string Form = @"^http://(?<host>\[[0-9A-Fa-f:.]+\]|[^/:\[\]\s]+):(?<port>[0-9]{1,5})/?$";

    public static bool TryParse(string? text, [NotNullWhen(true)] out ListenAddress? address)
    {
        address = null;
        if (text is null || Shape().Match(text) is not { Success: true } match)
            return false;
        var (host, port) = (match.Groups["host"].Value, int.Parse(match.Groups["port"].ValueSpan, CultureInfo.InvariantCulture));
        if (port > IPEndPoint.MaxPort || (host[0] == '[' && !IPAddress.TryParse(host, out _)))
            return false;
        address = new(host, port);
        return true;
    }

    /// <exception cref="StartupException">The text is no such address.</exception>
    public static ListenAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new StartupException($"'{text}' must look like http://127.0.0.1:5080.");

    /// <summary>
    /// The addresses to listen on. The first is required; the second, of <c>localhost</c>, is used only where the machine has it.
    /// </summary>
    /// <exception cref="SocketException">The name cannot be resolved.</exception>
    public IReadOnlyList<IPAddress> Addresses() => Host switch
    {
        "localhost" => Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback],
        "*" or "+" => [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any],
        _ when IPAddress.TryParse(Host, out var address) => [address],
        _ => [.. Dns.GetHostAddresses(Host).Distinct()],
    };

    /// <summary>An address at which a program on this machine can connect, also when the listener accepts every address.</summary>
    public string Openable(int port) => Host switch
    {
        "*" or "+" or "0.0.0.0" => $"http://127.0.0.1:{port}",
        _ when IPAddress.TryParse(Host, out var address) && address.Equals(IPAddress.IPv6Any) => $"http://[::1]:{port}",
        _ => $"http://{Host}:{port}",
    };

    [GeneratedRegex(Form, RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();

    /// <summary>Validates a setting with such an address.</summary>
    [AttributeUsage(AttributeTargets.Property)]
    public sealed class RequiredAttribute(string example) : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) => TryParse(value as string, out _)
            ? ValidationResult.Success
            : new($"must look like {example}, with a port up to {IPEndPoint.MaxPort} and an IPv6 address in brackets");
    }
}
