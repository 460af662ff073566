using ECommerce.Topology;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ECommerce.Host.Security;

/// <summary>
/// The token keys of a host that does not hold Users: the JWKS of the host that does (RFC 7517). It is fetched again after five minutes, and
/// for a key id that is unknown, as after a rotation, but not more often than every ten seconds, whatever ids callers make up. While Users
/// does not answer, the keys that are known stay valid.
/// </summary>
internal sealed class RemoteTokenKeys(IHttpClientFactory clients, TimeProvider clock) : ITokenKeys, IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _fetching = new(1, 1);
    private volatile Fetched? _known;

    public IEnumerable<SecurityKey> Find(string keyId) => _known?.Keys.Where(key => key.KeyId == keyId) ?? [];

    public async ValueTask LoadAsync(string? authorization, CancellationToken ct)
    {
        if (KeyIdOf(authorization) is { } keyId && IsWanted(keyId))
            await FetchAsync(keyId, ct);
    }

    public async ValueTask<IReadOnlyCollection<JsonWebKey>> AllAsync(CancellationToken ct)
    {
        if (_known is null || clock.GetElapsedTime(_known.At) > Fresh)
            await FetchAsync("", ct);
        return _known!.Keys;
    }

    public void Dispose() => _fetching.Dispose();

    private bool IsWanted(string keyId) => _known is not { } known
        || clock.GetElapsedTime(known.At) > (known.Keys.Any(key => key.KeyId == keyId) ? Fresh : Pause);

    private async Task FetchAsync(string keyId, CancellationToken ct)
    {
        await _fetching.WaitAsync(ct);
        try
        {
            if (keyId.Length > 0 && !IsWanted(keyId))
                return; // another request has fetched them meanwhile
            using var client = clients.CreateClient(ModuleClients.NameOf(TokenOwnerValidator.Users));
            var keys = new JsonWebKeySet(await client.GetStringAsync("/.well-known/jwks.json", ct)).Keys;
            _known = new([.. keys], clock.GetTimestamp());
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && ContractUnavailableException.ReasonOf(failure) is not null)
        {
            if (_known is not { } known)
                throw new ContractUnavailableException(TokenOwnerValidator.Users, ContractUnavailableException.ReasonOf(failure)!, failure);
            _known = known with { At = clock.GetTimestamp() - ((long)(Fresh - Pause).TotalSeconds * clock.TimestampFrequency) };
        }
        finally
        {
            _fetching.Release();
        }
    }

    // The header of a token says which key it needs; nothing else of it is believed here.
    private static string? KeyIdOf(string? authorization)
    {
        const string Scheme = "Bearer ";
        try
        {
            return authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true ? new JsonWebToken(authorization[Scheme.Length..]).Kid : null;
        }
        catch (ArgumentException)
        {
            return null; // no token; the validation says so
        }
    }

    /// <param name="Keys">The keys.</param>
    /// <param name="At">The timestamp of the attempt to fetch them.</param>
    private sealed record Fetched(JsonWebKey[] Keys, long At);
}
