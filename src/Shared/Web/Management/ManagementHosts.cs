using System.Net;
using System.Net.Sockets;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Web;

/// <summary>
/// The Host header values that the management listener accepts. They stop DNS rebinding: a browser sends the name of its page, whose DNS
/// record an attacker may point at this machine.
/// </summary>
/// <param name="names">DNS names beside <c>localhost</c> and IP addresses, which are always accepted, since no attacker controls them.</param>
public sealed class ManagementHosts(IEnumerable<string> names)
{
    private readonly HashSet<string> _names = new(["localhost", .. names], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a Host header, with or without a port, is accepted. A missing or empty one is not.</summary>
    public bool Allow(HostString host) => host.HasValue && (_names.Contains(host.Host) || IsAddress(host.Host));

    // The parser also accepts 127.1 and 0x7f000001, which no client sends.
    private static bool IsAddress(string host) => IPAddress.TryParse(host, out var address)
        && (address.AddressFamily is AddressFamily.InterNetworkV6 || host.AsSpan().Count('.') == 3);
}

/// <summary>
/// The middleware in front of everything on the management listener, metrics and health included: it checks the Host header and the origin.
/// </summary>
internal static class ManagementGuard
{
    public static IApplicationBuilder UseManagementGuard(this IApplicationBuilder app)
    {
        var hosts = app.ApplicationServices.GetRequiredService<ManagementHosts>();
        var metrics = app.ApplicationServices.GetRequiredService<ManagementMetrics>();
        return app.Use(next => context =>
        {
            if (context.Listener() is not Listener.Management)
                return next(context);
            if (!hosts.Allow(context.Request.Host))
                return RefuseAsync(context, metrics, Refusal.Misdirected, ManagementErrors.MisdirectedRequest);
            return IsCrossSite(context.Request)
                ? RefuseAsync(context, metrics, Refusal.CrossSite, ManagementErrors.CrossSite)
                : next(context);
        });
    }

    private static Task RefuseAsync(HttpContext context, ManagementMetrics metrics, Refusal refusal, Error error)
    {
        metrics.Refused(refusal);
        return new Problem(error).ExecuteAsync(context);
    }

    // Fetch Metadata (https://www.w3.org/TR/fetch-metadata/): a browser says where a request comes from, and a page cannot change that.
    // Navigation to a page that only reads is allowed. A page on another port of this machine is same-site, and foreign all the same.
    private static bool IsCrossSite(HttpRequest request)
    {
        if (request.Headers.Origin.Count > 0 && request.Headers.Origin != $"{request.Scheme}://{request.Host}")
            return true;
        var isLink = (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Headers["Sec-Fetch-Mode"] == "navigate";
        return request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && site != "same-origin" && site != "none" && !isLink;
    }
}
