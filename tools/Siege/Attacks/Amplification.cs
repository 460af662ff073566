using System.Text;

namespace ECommerce.Siege.Attacks;

/// <summary>Requests that are cheap to send and dear to refuse: a megabyte of empty order lines, deep and wide JSON, huge texts.</summary>
internal static class Amplification
{
    private const int Callers = 3;
    private const int Megabyte = 1_048_576;
    private const int OrderLines = 349_001;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static readonly Attack Attack = new("amplification",
        $"One customer sends orders of {OrderLines} empty lines, deep and wide JSON, huge texts, query values and headers; {Callers} at a time.", RunAsync);

    private static async Task RunAsync(Attacker attacker, CancellationToken ct)
    {
        var requests = Requests(attacker.Authority, await attacker.SignUpAsync(ct));
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => SendAsync(attacker, requests, caller, ct)));
    }

    private static async Task SendAsync(Attacker attacker, byte[][] requests, int caller, CancellationToken ct)
    {
        for (var number = caller; ; number++)
        {
            using (var line = await attacker.ConnectAsync(ct))
            {
                if (line is not null)
                {
                    // A refusal may come before the end of the body.
                    var sending = line.SendAsync(requests[number % requests.Length], 1, ct);
                    await line.ReadToEndAsync(ct);
                    await sending;
                }
            }

            await Task.Delay(Pause, ct);
        }
    }

    private static byte[][] Requests(string authority, string token)
    {
        string Head(string line, string more = "") => $"{line} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {Guid.CreateVersion7()}\r\n{more}";
        byte[] Post(string path, string body, string method = "POST") => Encoding.ASCII.GetBytes(
            Head($"{method} {path}", $"Content-Type: application/json\r\nIf-Match: \"1\"\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        byte[] Get(string target, string more = "") => Encoding.ASCII.GetBytes(Head($"GET {target}", $"{more}\r\n"));

        var emptyLines = $"{{\"lines\":[{string.Concat(Enumerable.Repeat("{},", OrderLines - 1))}{{}}]}}";
        var deep = new string('[', Megabyte - 100);
        var wide = $"{{{string.Join(',', Enumerable.Range(0, 85_000).Select(number => $"\"{number:x5}\":0"))}}}";
        var (text, numbers) = (new string('x', Megabyte - 1000), $"[{string.Concat(Enumerable.Repeat("0,", 500_000))}0]");
        // The orders of empty lines come every other time.
        return
        [
            Post("/api/orders", emptyLines), Post("/api/orders", $"{{\"lines\":{deep}"),
            Post("/api/orders", emptyLines), Post("/api/orders", wide),
            Post("/api/orders", emptyLines), Post("/api/orders", $"{{\"lines\":[{{\"productId\":\"{text}\",\"quantity\":1}}]}}"),
            Post("/api/orders", emptyLines), Post("/api/users", $"{{\"email\":{numbers},\"name\":\"x\",\"password\":\"x\"}}"),
            Post("/api/orders", emptyLines), Post("/api/users/login", $"{{\"email\":\"{text}\",\"password\":\"x\"}}"),
            Post("/api/orders", emptyLines), Post($"/api/users/{Guid.Empty}", $"{{\"name\":\"{text}\"}}", "PUT"),
            Post("/api/orders", emptyLines), Post($"/api/orders/{Guid.Empty}/pay", $"{{\"method\":\"{text}\"}}"),
            Post("/api/orders", emptyLines), Get($"/api/products?search={new string('x', 7000)}"),
            Post("/api/orders", emptyLines), Get($"/api/products?after={new string('x', 7000)}"),
            Post("/api/orders", emptyLines), Get($"/api/products/{Guid.Empty}", $"If-None-Match: {new string('x', 28_000)}\r\n"),
        ];
    }
}
