using Microsoft.Extensions.Options;
using Observability.Console.Settings;

namespace Observability.Console.Sessions;

/// <summary>
/// The imported sessions by name. All of them together have <see cref="ConsoleOptions.ImportBytes"/>: an import removes the oldest sessions
/// as it grows.
/// </summary>
internal sealed class ImportedSessions(IOptions<ConsoleOptions> options) : IDisposable
{
    public const int LongestName = 40;

    private const int MostSessions = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _lock = new();
    private readonly List<ImportedSession> _sessions = [];
    private int _imports;

    /// <summary>The sessions, the oldest first.</summary>
    public IReadOnlyList<ImportedSession> All
    {
        get
        {
            lock (_lock)
                return [.. _sessions];
        }
    }

    /// <summary>The limit on the size of a zip, which is in memory while it is read.</summary>
    public int MostZipBytes => options.Value.ImportBytes;

    public ImportedSession? Find(string name) => All.FirstOrDefault(session => session.Name == name);

    /// <summary>Whether a name can be a session's: letters, digits and dashes.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name.All(one => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one == '-');

    /// <summary>Takes the only turn; false while another import runs.</summary>
    public bool TryBegin() => _turn.Wait(0);

    public void End() => _turn.Release();

    /// <summary>Reads a zip and lists it under the name, in place of an older session of that name.</summary>
    /// <exception cref="ImportRefusedException">The zip is no session, is too large, or takes too long.</exception>
    public async Task<ImportedSession> ImportAsync(string? name, ArraySegment<byte> zip, CancellationToken cancellation)
    {
        name ??= $"import-{Interlocked.Increment(ref _imports)}";
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        try
        {
            var session = await SessionReader.ReadAsync(name, zip, options.Value.ImportBytes, MakeRoom, deadline.Token);
            lock (_lock)
            {
                _sessions.RemoveAll(other => other.Name == name);
                _sessions.Add(session);
            }
            return session;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ImportRefusedException("body", $"Takes longer than {Patience.TotalSeconds} seconds.");
        }
    }

    public bool Remove(string name)
    {
        lock (_lock)
            return _sessions.RemoveAll(session => session.Name == name) > 0;
    }

    public void Dispose() => _turn.Dispose();

    private void MakeRoom(long bytes)
    {
        lock (_lock)
        {
            while (_sessions.Count > 0 && (_sessions.Count >= MostSessions || bytes + _sessions.Sum(session => session.Bytes) > options.Value.ImportBytes))
                _sessions.RemoveAt(0);
        }
    }
}
