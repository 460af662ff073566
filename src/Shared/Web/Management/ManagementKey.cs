using System.Security.Cryptography;
using System.Text;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Builder;

namespace ECommerce.Web;

/// <summary>The shared secret of operations that change a running host or show customers' data, sent as <c>X-Management-Key</c>.</summary>
public sealed class ManagementKey(string key)
{
    public const string Header = "X-Management-Key";

    /// <summary>The file name of a key that was generated in Development.</summary>
    public const string File = "management.key";

    private readonly byte[] _hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Compares a key in constant time.</summary>
    public bool Opens(string? sent) => CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(sent ?? "")));
}

/// <summary>Endpoint metadata: the operation requires the management key.</summary>
public sealed record ManagementKeyRequired;

public static class ManagementKeyExtensions
{
    /// <summary>
    /// Requires the management key, and serves the endpoint on the management listener only. <see cref="OperatorAudit"/> logs and counts
    /// each use.
    /// </summary>
    public static RouteHandlerBuilder RequireManagementKey(this RouteHandlerBuilder endpoint) => endpoint
        .RequireListener(Listener.Management)
        .Refuses(CommonErrors.Unauthorized, ManagementErrors.TooManyWrongKeys)
        .WithMetadata(new ManagementKeyRequired())
        .RejectsUnknownQueryParameters();
}
