using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Observability.Console.Settings;

namespace Observability.Console.Access;

/// <summary>
/// The keys of the settings. Five wrong keys may come at once, and then one a second, of all callers together: the keys are long, and who is signed in
/// needs none.
/// </summary>
internal sealed class ConfiguredKeys(IOptions<ConsoleOptions> options, TimeProvider time) : IConsoleKeys
{
    public const string HeaderName = "X-Console-Key";

    private const int Burst = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly byte[]? _operator = HashOf(options.Value.Key);
    private readonly byte[]? _viewer = HashOf(options.Value.ReadKey);
    private readonly Lock _gate = new();
    private double _allowed = Burst;
    private long _at;

    public string Header => HeaderName;

    public string Name => "the console's key";

    public KeyCheck Check(HttpContext context, string key)
    {
        // Serialised: concurrent requests must not all be compared before the delay begins.
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _allowed = Math.Min(Burst, _allowed + (time.GetElapsedTime(_at, now) / Pause));
            _at = now;
            if (_allowed < 1)
                return new(null, Pause);
            var hash = HashOf(key);
            ConsoleRole? role = IsSame(hash, _operator) ? ConsoleRole.Operator : IsSame(hash, _viewer) ? ConsoleRole.Viewer : null;
            if (role is null)
                _allowed--;
            return new(role, TimeSpan.Zero);
        }
    }

    private static bool IsSame(byte[]? sent, byte[]? known) => sent is not null && known is not null && CryptographicOperations.FixedTimeEquals(sent, known);

    private static byte[]? HashOf(string? key) => string.IsNullOrEmpty(key) ? null : SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
