using System.Net;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Web;

/// <summary>
/// The client in the sense of the limits: an IPv4 address, or the /64 prefix of an IPv6 address, since a subscriber owns all addresses of a
/// /64 (RFC 6177).
/// </summary>
public static class ClientNetwork
{
    /// <summary>The client network of a request's remote address.</summary>
    public static IPAddress Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Of(context.Connection.RemoteIpAddress);
    }

    /// <summary>
    /// An IPv4 address as it is, an IPv4-mapped IPv6 address as IPv4, and any other IPv6 address with its last 64 bits set to zero.
    /// An unknown address becomes <see cref="IPAddress.None"/>.
    /// </summary>
    public static IPAddress Of(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily is not System.Net.Sockets.AddressFamily.InterNetworkV6)
            return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new(bytes);
    }
}
