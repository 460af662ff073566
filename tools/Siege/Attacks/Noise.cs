using System.Text;

namespace ECommerce.Siege.Attacks;

/// <summary>Requests that no route matches, and requests with a huge User-Agent, as fast as a few connections can.</summary>
internal static class Noise
{
    private const int Batch = 16;
    private const int MostRequests = 500_000;
    private const int UserAgent = 30_000;

    private static readonly TimeSpan Reopen = TimeSpan.FromMilliseconds(100);

    public static readonly Attack Attack = new("noise",
        $"Two connections send unmatched paths, {Batch} at a time, and two send a User-Agent of {UserAgent} bytes, as fast as they are answered.", RunAsync);

    private static Task RunAsync(Attacker attacker, CancellationToken ct)
    {
        var unmatched = string.Concat(Enumerable.Range(0, Batch).Select(number => $"GET /no/such/path/{number} HTTP/1.1\r\nHost: {attacker.Authority}\r\n\r\n"));
        var agent = $"GET /api/products/{Guid.Empty} HTTP/1.1\r\nHost: {attacker.Authority}\r\nUser-Agent: {new string('x', UserAgent)}\r\n\r\n";
        (string Text, int Requests)[] batches = [(unmatched, Batch), (agent, 1), (unmatched, Batch), (agent, 1)];
        return Task.WhenAll(batches.Select(batch => SendAsync(attacker, Encoding.ASCII.GetBytes(batch.Text), batch.Requests, ct)));
    }

    private static async Task SendAsync(Attacker attacker, byte[] batch, int requests, CancellationToken ct)
    {
        for (; attacker.Requests < MostRequests; await Task.Delay(Reopen, ct))
        {
            using var line = await attacker.ConnectAsync(ct);
            while (line is not null && attacker.Requests < MostRequests && await ExchangeAsync(line, batch, requests, ct))
            {
                // As fast as it can.
            }
        }
    }

    /// <returns>False when the connection is closed.</returns>
    private static async Task<bool> ExchangeAsync(Line line, byte[] batch, int requests, CancellationToken ct)
    {
        if (!await line.SendAsync(batch, requests, ct))
            return false;
        for (var missing = requests; missing > 0;)
        {
            if (await line.ReadAsync(ct) is not { } answers)
                return false;
            missing -= answers;
        }

        return true;
    }
}
