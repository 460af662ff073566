using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ECommerce.Users;

/// <summary>What a password costs to check (section <c>Passwords</c>).</summary>
internal sealed class PasswordOptions
{
    [Description("Rounds of PBKDF2-HMAC-SHA512 in a new hash. The default is what OWASP asks for, about a tenth of a second; older hashes are renewed at login.")]
    [Range(10_000, 10_000_000)]
    public int Iterations { get; set; } = 210_000;
}

/// <summary>Makes and checks hashes of passwords, never more at once than half the processors: logins must not starve the shop.</summary>
internal sealed class Passwords : IDisposable
{
    private static readonly object Nobody = new();

    private readonly SemaphoreSlim _room = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly PasswordHasher<object> _hasher;
    private readonly Lazy<string> _nobodysHash;

    public Passwords(IOptions<PasswordHasherOptions> options)
    {
        _hasher = new(options);
        _nobodysHash = new(() => _hasher.HashPassword(Nobody, Guid.NewGuid().ToString()));
    }

    /// <summary>Waits for room. All work with hashes happens in such a turn.</summary>
    public async Task<Turn> TakeTurnAsync(CancellationToken ct)
    {
        await _room.WaitAsync(ct);
        return new(this);
    }

    public void Dispose() => _room.Dispose();

    /// <summary>A place among the few that may use the processor for hashes; given back when disposed.</summary>
    public sealed class Turn(Passwords passwords) : IDisposable
    {
        public string Hash(string password) => passwords._hasher.HashPassword(Nobody, password);

        /// <summary>Takes the same time whether there is a hash to compare with or not.</summary>
        public PasswordVerificationResult Verify(string? hash, string password)
        {
            // Made for everyone's first login, so that not even that one tells an unknown e-mail from a known one.
            var nobodysHash = passwords._nobodysHash.Value;
            var verdict = passwords._hasher.VerifyHashedPassword(Nobody, hash ?? nobodysHash, password);
            return hash is null ? PasswordVerificationResult.Failed : verdict;
        }

        public void Dispose() => passwords._room.Release();
    }
}
