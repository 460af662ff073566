using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Observability.Tracing;

namespace ECommerce.Users;

/// <summary>
/// Hashes and verifies passwords: PBKDF2-HMAC-SHA512 in the format of ASP.NET Core Identity, version 3. The asynchronous methods compute on
/// a dedicated thread, so that no thread pool thread is blocked; requests call them in a slot of <see cref="HashingQueue"/>.
/// </summary>
internal sealed class Passwords(IOptions<PasswordHasherOptions> options)
{
    private const int HeaderCharacters = 12; // version, function and iterations: nine bytes
    private const int Version3 = 1;
    private const int SaltBytes = 16;
    private const int SubkeyBytes = 32;

    private static readonly object Nobody = new();

    private readonly PasswordHasher<object> _hasher = new(options);
    private readonly ActivitySource _source = Traces.Source(ModuleName.Of(typeof(Passwords)).Source);

    private int Iterations => options.Value.IterationCount;

    /// <summary>Hashes synchronously: for the start of the host, when no request runs.</summary>
    public string Hash(string password) => _hasher.HashPassword(Nobody, PasswordText.Prepare(password));

    /// <summary>Verifies synchronously: for the start of the host, when no request runs.</summary>
    public PasswordVerificationResult Verify(string hash, string password) =>
        _hasher.VerifyHashedPassword(Nobody, hash, PasswordText.Prepare(password));

    public async Task<string> HashAsync(string password)
    {
        using var span = StartSpan(UsersSpans.Hash, Iterations);
        return await ComputeAsync(() => Hash(password));
    }

    /// <summary>
    /// Verifies a password with the same number of iterations for every hash, and for none: a hash with fewer iterations, from before a
    /// change of the setting, is followed by the missing ones. The time therefore does not reveal whether an account exists.
    /// </summary>
    /// <param name="hash">The hash to compare with; null when there is no account, which fails.</param>
    /// <param name="password">The password as it was given.</param>
    /// <param name="mostIterations">The most iterations of any hash in the database, which is the minimum of the check.</param>
    public async Task<PasswordVerificationResult> CheckAsync(string? hash, string password, int mostIterations)
    {
        var own = IterationsOf(hash);
        var all = Math.Max(Math.Max(own, mostIterations), Iterations);
        using var span = StartSpan(UsersSpans.Check, all);
        return await ComputeAsync(() =>
        {
            var prepared = PasswordText.Prepare(password);
            var verdict = Check(hash, prepared, own, all);
            // A hash from before passwords were prepared is that of the typed text: it matches once and is renewed. Without an account the
            // second check costs as much.
            if (verdict is PasswordVerificationResult.Failed && prepared != password
                && Check(hash, password, own, all) is not PasswordVerificationResult.Failed)
                verdict = PasswordVerificationResult.SuccessRehashNeeded;
            return verdict is PasswordVerificationResult.Success && own != Iterations ? PasswordVerificationResult.SuccessRehashNeeded : verdict;
        });
    }

    private PasswordVerificationResult Check(string? hash, string password, int own, int all)
    {
        var verdict = own > 0 ? _hasher.VerifyHashedPassword(Nobody, hash!, password) : PasswordVerificationResult.Failed;
        Spend(password, all - own);
        return verdict;
    }

    /// <returns>The iterations of the hash; 0 for a text that is no hash.</returns>
    private static int IterationsOf(string? hash)
    {
        Span<byte> header = stackalloc byte[HeaderCharacters / 4 * 3];
        return hash?.Length > HeaderCharacters && Convert.TryFromBase64Chars(hash.AsSpan(0, HeaderCharacters), header, out _) && header[0] == Version3
            ? Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(header[5..]))
            : 0;
    }

    private static void Spend(string password, int iterations)
    {
        if (iterations > 0)
            Rfc2898DeriveBytes.Pbkdf2(password, RandomNumberGenerator.GetBytes(SaltBytes), iterations, HashAlgorithmName.SHA512, SubkeyBytes);
    }

    private static Task<T> ComputeAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    private Activity? StartSpan(SpanDescriptor shape, int iterations) => _source.StartActivity(shape.Name)?.SetTag(UsersSpans.Iterations, iterations);
}
