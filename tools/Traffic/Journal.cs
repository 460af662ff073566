using System.Text.Json;
using System.Text.Json.Serialization;

namespace ECommerce.Traffic;

/// <summary>
/// What the shop's database is held against later: two files of lines in a folder, each line a JSON object, flushed one by one so that what
/// was known before a crash is known after it. Several runs may follow each other in one folder. Times are of this machine's clock.
/// <para><c>*.writes.jsonl</c> has a line for every write that the shop acknowledged. A fact may exist without a line, when its
/// acknowledgement got lost; a line without its fact is a broken promise.</para>
/// <code>
/// {"what":"order","status":"placed","orderId":"…","userId":"…","amount":53.80,"currency":"EUR","at":"2026-01-31T12:00:00.1234567+00:00","traceId":"…"}
/// {"what":"user","userId":"…","at":"…","traceId":"…"}
/// {"what":"stock","key":"…","productId":"…","delta":50,"at":"…","traceId":"…"}
/// </code>
/// <list type="bullet">
/// <item><c>status</c>: the order's, as the answer said. <c>placed</c> (201), <c>paid</c> (200), <c>cancelled</c> (200), or
/// <c>payment_pending</c> (202): such a payment is settled later, unseen, and the order goes on to paid, or back to placed. Lines of one
/// order stand in the order in which they happened.</item>
/// <item><c>orderId</c>: also the idempotency key of the order. <c>amount</c>, <c>currency</c>: its total.</item>
/// <item><c>key</c>: the idempotency key of a delivery to a shelf.</item>
/// <item><c>traceId</c>: the answer's <c>X-Trace-Id</c>.</item>
/// </list>
/// <para><c>*.requests.jsonl</c> has a line for every request that was sent, written when it was over.</para>
/// <code>
/// {"started":"…","ended":"…","operation":"PlaceOrder","method":"POST","route":"/api/orders","status":201,"failed":null,"key":"…"}
/// </code>
/// <list type="bullet">
/// <item><c>route</c>: as the shop's metrics write it, <c>/api/orders/:id/pay</c>.</item>
/// <item><c>status</c>: 0 when there was no whole answer; then <c>failed</c> says why: the transport's error, <c>Timeout</c>,
/// <c>Unreadable</c>, or <c>CutOff</c> when the run ended.</item>
/// </list>
/// </summary>
internal sealed class Journal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly StreamWriter? _writes;
    private readonly StreamWriter? _requests;

    private Journal(StreamWriter? writes, StreamWriter? requests) => (_writes, _requests) = (writes, requests);

    /// <summary>False when nobody wants to know.</summary>
    public bool IsKept => _writes is not null;

    /// <param name="folder">Made when it is not there; null keeps no journal.</param>
    /// <param name="author">What the names of the files begin with.</param>
    /// <exception cref="IOException">It cannot be opened, or another run has it.</exception>
    public static Journal Open(DirectoryInfo? folder, string author = "traffic")
    {
        if (folder is null)
            return new(null, null);
        folder.Create();
        return new(Append(folder, $"{author}.writes.jsonl"), Append(folder, $"{author}.requests.jsonl"));
    }

    public void Write(Acknowledged write) => Write(_writes, write);

    public void Write(Sent request) => Write(_requests, request);

    public void Dispose()
    {
        _writes?.Dispose();
        _requests?.Dispose();
    }

    private static StreamWriter Append(DirectoryInfo folder, string name) =>
        new(new FileStream(Path.Combine(folder.FullName, name), Own())) { AutoFlush = true };

    // What customers did is nobody else's to read on a shared machine.
    private static FileStreamOptions Own()
    {
        FileStreamOptions options = new() { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private void Write<T>(StreamWriter? file, T entry)
    {
        if (file is null)
            return;
        var line = JsonSerializer.Serialize(entry, JsonSerializerOptions.Web);
        lock (_lock)
            file.WriteLine(line);
    }

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "what")]
    [JsonDerivedType(typeof(OrderWrite), "order")]
    [JsonDerivedType(typeof(UserWrite), "user")]
    [JsonDerivedType(typeof(StockWrite), "stock")]
    internal abstract record Acknowledged(DateTimeOffset At, string TraceId);

    internal sealed record OrderWrite(string Status, Guid OrderId, Guid UserId, decimal Amount, string Currency, DateTimeOffset At, string TraceId) : Acknowledged(At, TraceId);

    internal sealed record UserWrite(Guid UserId, DateTimeOffset At, string TraceId) : Acknowledged(At, TraceId);

    internal sealed record StockWrite(Guid Key, Guid ProductId, int Delta, DateTimeOffset At, string TraceId) : Acknowledged(At, TraceId);

    internal sealed record Sent(
        DateTimeOffset Started, DateTimeOffset Ended, string Operation, string Method, string Route, int Status, string? Failed, Guid? Key);
}
