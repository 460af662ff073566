using Microsoft.Extensions.Options;
using Observability.Console.Settings;

namespace Observability.Console.Limits;

/// <summary>What a caller of the API may cost: the bytes of an answer, and the searches that run at the same time.</summary>
internal sealed class ApiLimits(IOptions<ConsoleOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _searches = new(options.Value.Searches);

    private long _ran;

    /// <summary>The searches that have begun.</summary>
    public long Searches => Interlocked.Read(ref _ran);

    public int AnswerBytes => options.Value.AnswerBytes;

    /// <summary>Runs a search when it is its turn.</summary>
    public async Task<T> SearchAsync<T>(Func<CancellationToken, T> search, CancellationToken cancellation)
    {
        await _searches.WaitAsync(cancellation);
        Interlocked.Increment(ref _ran);
        try
        {
            return search(cancellation);
        }
        finally
        {
            _searches.Release();
        }
    }

    public void Dispose() => _searches.Dispose();
}
