using System.Diagnostics;
using System.Net.Sockets;

namespace ECommerce.Benchmarks.Topologies;

/// <summary>
/// An open-loop load generator: requests start at a fixed rate, whatever becomes of those before them, and each is timed from its intended
/// start. A pause of the server therefore delays every request that was due in it, as it would delay customers.
/// </summary>
internal static class FixedRate
{
    // A timer of the runtime is late by up to a millisecond, which is as long as a request for a product takes.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <param name="client">The client, whose connections stay open between runs.</param>
    /// <param name="next">Makes the next request.</param>
    /// <param name="perSecond">The rate.</param>
    /// <param name="length">How long requests start.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<Latencies> RunAsync(HttpClient client, Func<HttpRequestMessage> next, double perSecond, TimeSpan length, CancellationToken ct)
    {
        var requests = new Task<double?>[Math.Max(1, (int)(length.TotalSeconds * perSecond))];
        await Task.Factory.StartNew(() => Start(requests, client, next, perSecond, ct), ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var answers = await Task.WhenAll(requests);
        return new([.. answers.OfType<double>().Order()], answers.Count(answer => answer is null));
    }

    private static void Start(Task<double?>[] requests, HttpClient client, Func<HttpRequestMessage> next, double perSecond, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < requests.Length; i++)
        {
            var due = started + (long)(i / perSecond * Stopwatch.Frequency);
            for (var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due); left > TimeSpan.Zero; left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due))
            {
                if (left > Shortest)
                    Thread.Sleep(left - Shortest);
                else
                    Thread.SpinWait(20);
            }

            ct.ThrowIfCancellationRequested();
            var request = next();
            requests[i] = Task.Run(() => SendAsync(client, request, due, ct), ct);
        }
    }

    /// <returns>The milliseconds from the intended start to the end of the answer; null when it was no success.</returns>
    private static async Task<double?> SendAsync(HttpClient client, HttpRequestMessage request, long due, CancellationToken ct)
    {
        try
        {
            using (request)
            {
                using var answer = await client.SendAsync(request, ct);
                return answer.IsSuccessStatusCode ? Stopwatch.GetElapsedTime(due).TotalMilliseconds : null;
            }
        }
        // A connection that ends while it is opened is a SocketException of its own.
        catch (Exception exception) when (exception is HttpRequestException or SocketException)
        {
            return null;
        }
    }
}

/// <summary>The latencies of a run.</summary>
/// <param name="Milliseconds">Those of the successes, in ascending order.</param>
/// <param name="Refused">The number of requests without one.</param>
internal sealed record Latencies(IReadOnlyList<double> Milliseconds, int Refused)
{
    /// <summary>The latency that a share of the requests did not exceed; 0 without any.</summary>
    public double At(double share) => Milliseconds.Count == 0 ? 0 : Milliseconds[Math.Clamp((int)Math.Ceiling(share * Milliseconds.Count) - 1, 0, Milliseconds.Count - 1)];

    public static Latencies Of(IEnumerable<Latencies> rounds)
    {
        Latencies[] all = [.. rounds];
        return new([.. all.SelectMany(round => round.Milliseconds).Order()], all.Sum(round => round.Refused));
    }
}
