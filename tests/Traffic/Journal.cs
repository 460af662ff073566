using System.Text.Json;

namespace ECommerce.Traffic;

/// <summary>
/// A line for every write that the shop acknowledged, to be compared with its database. Appended, and flushed line by line: what was
/// acknowledged before a crash is there after it. An order may exist without a line, when its acknowledgement got lost; a line without
/// its order is a broken promise. Each line is one JSON object:
/// <code>
/// {"at":"2026-01-31T12:00:00.1234567+00:00","status":"placed","orderId":"…","userId":"…","amount":53.80,"currency":"EUR","traceId":"…"}
/// </code>
/// <list type="bullet">
/// <item><c>at</c>: when the answer was here, by the clock of this machine.</item>
/// <item><c>status</c>: the order's, as the answer said. <c>placed</c> (201), <c>paid</c> (200), <c>cancelled</c> (200), or
/// <c>payment_pending</c> (202): such a payment is settled later, unseen, and the order goes on to paid, or back to placed.</item>
/// <item><c>orderId</c>: also the idempotency key of the order. <c>userId</c>: whose it is.</item>
/// <item><c>amount</c>, <c>currency</c>: the order's total.</item>
/// <item><c>traceId</c>: the answer's <c>X-Trace-Id</c>.</item>
/// </list>
/// Lines of one order stand in the order in which they happened; several runs may follow each other in one file.
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly StreamWriter? _file;

    private Journal(StreamWriter? file) => _file = file;

    /// <exception cref="IOException">It cannot be opened, or another run has it.</exception>
    public static Journal Open(FileInfo? file) =>
        new(file is null ? null : new StreamWriter(new FileStream(file.FullName, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true });

    public void Write(Entry entry)
    {
        if (_file is null)
            return;
        var line = JsonSerializer.Serialize(entry, JsonSerializerOptions.Web);
        lock (_lock)
            _file.WriteLine(line);
    }

    public void Dispose() => _file?.Dispose();

    internal sealed record Entry(DateTimeOffset At, string Status, Guid OrderId, Guid UserId, decimal Amount, string Currency, string TraceId);
}
