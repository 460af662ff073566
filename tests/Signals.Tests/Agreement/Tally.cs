using System.Collections.Concurrent;

namespace ECommerce.Signals.Tests.Agreement;

/// <summary>What was sent to the public listener and how it ended, counted by those who sent it. Probes are not counted.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<(string Method, int Status), int> _counts = new();

    public int Total => _counts.Values.Sum();

    public IReadOnlyDictionary<(string Method, int Status), int> Counts => _counts;

    public int Of(int status) => _counts.Where(count => count.Key.Status == status).Sum(count => count.Value);

    public void Add(string method, int status) => _counts.AddOrUpdate((method, status), 1, static (_, count) => count + 1);

    /// <summary>Counts what passes through an <see cref="HttpClient"/>; who gives up sees no status, and is a 499.</summary>
    public sealed class Handler(Tally tally, HttpMessageHandler sockets) : DelegatingHandler(sockets)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isProbe = request.RequestUri!.AbsolutePath is var path && (path.StartsWith("/health", StringComparison.Ordinal) || path is "/ready" or "/metrics");
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                if (!isProbe)
                    tally.Add(request.Method.Method, (int)response.StatusCode);
                return response;
            }
            catch (OperationCanceledException) when (!isProbe)
            {
                tally.Add(request.Method.Method, 499);
                throw;
            }
        }
    }
}
