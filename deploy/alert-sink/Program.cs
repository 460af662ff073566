using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using ECommerce.AlertSink;

// Stands for a pager and a ticket system: prints each alert that Alertmanager sends, a line each, and keeps the latest to be looked at.
const int Kept = 200;
const long LargestBody = 1024 * 1024;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls(builder.Configuration["AlertSink:Address"] ?? "http://127.0.0.1:9099");
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = LargestBody);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.ConfigureHttpJsonOptions(json =>
{
    // A notification without alerts or a receiver is none: 400.
    json.SerializerOptions.RespectNullableAnnotations = true;
    json.SerializerOptions.RespectRequiredConstructorParameters = true;
    // The framework's choice lets bidirectional controls through; this one escapes all but ASCII.
    json.SerializerOptions.Encoder = JavaScriptEncoder.Default;
});
var app = builder.Build();

var received = new ConcurrentQueue<Received>();

app.MapPost("/alerts", (Notification notification) =>
{
    var latest = new Received(DateTimeOffset.UtcNow, notification);
    received.Enqueue(latest);
    while (received.Count > Kept)
        received.TryDequeue(out _);
    foreach (var line in latest.Lines())
        Console.WriteLine(line);
    return TypedResults.NoContent();
});
app.MapGet("/alerts", () => received.ToArray());
app.MapGet("/health", () => "ok");
app.MapGet("/", () => string.Join('\n', received.Reverse().SelectMany(latest => latest.Lines()).DefaultIfEmpty("Alertmanager has sent nothing yet.")) + "\n");

app.Run();
