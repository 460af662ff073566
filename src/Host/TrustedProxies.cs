using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using ECommerce.Web;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace ECommerce.Host;

/// <summary>
/// Sets up the forwarded headers middleware: a request from a trusted gateway gets the address of the client in X-Forwarded-For, so that
/// limits count clients and not gateways. The header is ignored on requests from other addresses.
/// </summary>
internal static class TrustedProxies
{
    public static void AddTrustedProxies(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<EndpointsOptions>>((forwarded, endpoints) =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
            // The last entry is the gateway's own; those before it are the client's text.
            forwarded.ForwardLimit = 1;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var range in Read(endpoints.Value.TrustedProxies))
                forwarded.KnownIPNetworks.Add(range);
        });
        // At Debug the middleware logs addresses, which no signal of the host contains.
        builder.Logging.AddFilter("Microsoft.AspNetCore.HttpOverrides", LogLevel.None);
    }

    /// <summary>
    /// Adds the middleware, which comes before everything that counts by address. Without the setting it is not added, since without any
    /// range the framework trusts every peer.
    /// </summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<EndpointsOptions>>().Value.TrustedProxies.Length > 0)
            app.UseWhen(context => context.Listener() == Listener.Public, road => road.UseForwardedHeaders());
    }

    /// <summary>Returns a predicate that tells whether an address is a trusted gateway.</summary>
    public static Func<IPAddress, bool> Trust(string ranges)
    {
        IPNetwork[] trusted = [.. Read(ranges)];
        return peer => Array.Exists(trusted, range => range.Contains(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer));
    }

    private static IEnumerable<IPNetwork> Read(string ranges) =>
        ranges.Length == 0 ? [] : Split(ranges).Select(range => TryRead(range, out var read) ? read.Value : throw new FormatException(range));

    private static string[] Split(string ranges) => ranges.Split(',', StringSplitOptions.TrimEntries);

    private static bool TryRead(string text, [NotNullWhen(true)] out IPNetwork? range)
    {
        // The parsers read 172.16 as 172.0.0.16.
        range = !text.Contains(':') && text.AsSpan().Count('.') != 3 ? null
            : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : IPNetwork.TryParse(text, out var network) && network.PrefixLength > 0 ? network
            : null;
        return range is not null;
    }

    /// <summary>Validates that all entries of a setting are ranges of addresses.</summary>
    [AttributeUsage(AttributeTargets.Property)]
    public sealed class RangesAttribute : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
            value is string { Length: > 0 } ranges && Split(ranges).FirstOrDefault(range => !TryRead(range, out _)) is { } wrong
                ? new($"'{wrong}' is no address and no range such as 172.16.0.0/12; a range of all addresses would believe everybody")
                : ValidationResult.Success;
    }
}
