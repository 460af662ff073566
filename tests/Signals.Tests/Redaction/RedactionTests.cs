using System.Text;
using System.Text.Json.Nodes;
using ECommerce.Signals.Tests.Agreement;
using Microsoft.Extensions.DependencyInjection;
using Observability.Logging;

namespace ECommerce.Signals.Tests.Redaction;

/// <summary>What is told in confidence is told to nobody: no log line, no span, no metric, and no answer to a mistake.</summary>
public sealed class RedactionTests
{
    private const string Breaks = "no name is longer";

    [Theory]
    [InlineData(LogFormat.Json)]
    [InlineData(LogFormat.Text)]
    public async Task No_secret_leaves_the_shop_in_a_signal(LogFormat format)
    {
        await using var shop = new TalkativeShop(format);
        await shop.InitializeAsync();
        var secrets = new Secrets();
        var visitor = new Visitor(shop, secrets, new(JsonNode.Parse(await shop.Public.GetStringAsync("/openapi/v1.json"))!, secrets));

        await visitor.LiveAsync();
        await visitor.TryEverythingAsync();
        // A server that names the row which it refuses: the worst that a failure can say.
        await shop.RowsAsync($"ALTER TABLE users.users ADD CONSTRAINT \"{Breaks}\" CHECK (length(name) < 50) NOT VALID");
        await visitor.BreakAsync();
        shop.Wire.Cut();
        await visitor.TryEverythingAsync();
        shop.Wire.Mend();
        await visitor.OperateAsync();
        await Eventually.TrueAsync(async () => (await shop.GetAsync("/api/products")).Status == 200, "the database is back");
        await shop.SettleAsync();
        // Nobody has done this before: when it is written, so is what came before it.
        await shop.SendAsync(HttpMethod.Trace, "/version");
        await Eventually.TrueAsync(() => shop.Written.Text.Contains("TRACE unmatched answered 405", StringComparison.Ordinal), "the last line is written");

        shop.Written.Text.ShouldContain(Breaks, customMessage: "The refused row has been told of.");
        secrets.Count.ShouldBeGreaterThan(500);
        shop.Written.Text.Split('\n').SelectMany(line => secrets.In(line).Select(place => $"{place}: {line}")).ShouldBeEmpty("Lines");
        shop.Spans.All.SelectMany(secrets.In).ShouldBeEmpty("Spans");
        foreach (var accept in (string[])["text/plain", "application/openmetrics-text"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { { "Accept", accept } } };
            using var response = await shop.Management.SendAsync(request);
            secrets.In(await response.Content.ReadAsStringAsync()).ShouldBeEmpty(accept);
        }

        visitor.Echoes.ShouldBeEmpty("Answers");
    }

    /// <summary>A shop that says all it ever says.</summary>
    internal sealed class TalkativeShop(LogFormat format) : WiredShop
    {
        public WrittenLog Written { get; } = new();

        protected override void Configure(IDictionary<string, string?> settings)
        {
            base.Configure(settings);
            settings["Logging:Format"] = $"{format}";
            settings["Logging:LogLevel:ECommerce"] = "Trace";
            settings["Limits:BodyBytes"] = "4096";
            settings["Database:AcquireTimeout"] = "00:00:02";
            // Every request is told: a line that is left out could have held a secret.
            (settings["Noise:RequestsPerSecond"], settings["Noise:Burst"]) = ("1000000", "1000000");
        }

        protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton(new LogOutput(Written));
    }

    /// <summary>All that was logged, as it was written.</summary>
    internal sealed class WrittenLog : MemoryStream
    {
        private readonly System.Threading.Lock _gate = new();

        public string Text
        {
            get
            {
                lock (_gate)
                    return Encoding.UTF8.GetString(GetBuffer(), 0, (int)Length);
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (_gate)
                base.Write(buffer);
        }
    }
}
