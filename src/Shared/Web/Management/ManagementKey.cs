using System.Security.Cryptography;
using System.Text;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Builder;

namespace ECommerce.Web;

/// <summary>The key to everything that changes a running host or shows what customers sent, sent as <c>X-Management-Key</c>.</summary>
public sealed class ManagementKey(string key)
{
    public const string Header = "X-Management-Key";

    /// <summary>Under which name a key that was made for Development is kept.</summary>
    public const string File = "management.key";

    private readonly byte[] _hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Takes the same time whatever is sent.</summary>
    public bool Opens(string? sent) => CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(sent ?? "")));
}

/// <summary>Marks an endpoint that only the management key opens.</summary>
public sealed record ManagementKeyRequired;

public static class ManagementKeyExtensions
{
    /// <summary>Only with the management key, and only on the management listener. Each use leaves one line and is counted: <see cref="OperatorAudit"/>.</summary>
    public static RouteHandlerBuilder RequireManagementKey(this RouteHandlerBuilder endpoint) => endpoint
        .On(Listener.Management)
        .Refuses(CommonErrors.Unauthorized, ManagementErrors.TooManyWrongKeys)
        .WithMetadata(new ManagementKeyRequired())
        .RefusesUnknownQuery();
}
