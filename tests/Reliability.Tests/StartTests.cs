using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ECommerce.Host;
using Npgsql;

namespace ECommerce.Reliability.Tests;

/// <summary>How the host starts, and how it says that it cannot.</summary>
public sealed class StartTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Two_hosts_that_start_at_once_on_one_database_migrate_it_once()
    {
        await using var site = await Site.WithEmptyDatabaseAsync(output);

        await Task.WhenAll(site.OpenAsync(), site.OpenAsync());

        foreach (var module in ShopModules.Names)
        {
            (await site.ListAsync<string>($"SELECT scriptname FROM {module}.schema_versions ORDER BY scriptname"))
                .ShouldBe(Repository.MigrationsOf(module));
        }

        (await site.AskAsync<int>("SELECT count(*) FROM users.users WHERE role = 'admin'")).ShouldBe(1);
    }

    [Fact]
    public async Task Starting_again_seeds_nothing_again()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        (string, string?)[] newcomer = [("Shop__DemoData", "true"), ("Bootstrap__AdminEmail", null), ("Bootstrap__AdminPassword", null)];

        var first = await site.OpenAsync(newcomer);
        var (facts, notes) = (await site.ListAsync<string>(Seeded), await NotesAsync(first));
        (await first.TerminateAsync()).ShouldBe(0);
        var second = await site.OpenAsync(newcomer);

        facts.Count.ShouldBeGreaterThan(200);
        (await site.ListAsync<string>(Seeded)).ShouldBe(facts);
        (await NotesAsync(second)).ShouldBe(notes);
    }

    [Fact]
    public async Task Wrong_settings_are_told_all_at_once()
    {
        await using var site = Site.Embedded(output);

        var host = site.Start(
            ("Limits__Burst", "many"), ("Outbox__MaxAttempts", "0"), ("Shop__Currency", "euro"), ("Payments__Tiemout", "00:00:01"), ("Limits__RequestsPerSecond", "19.5"),
            ("Database__CommandTimeout", "00:00:01.900"), ("Database__MaxPoolSize", "1"), ("Databse__MaxPoolSize", "9"), ("OTEL_TRACES_EXPORTER", "jaeger"),
            ("ConnectionStrings__Shop", "Host=nowhere"), ("ConnectionStrings__ECommerce", "Host=nowhere;Options=-c role=postgres;Command Timeout=3"));

        (await host.WaitForExitAsync()).ShouldBe(1);
        host.Errors.ShouldBe(
        [
            "The settings are wrong:",
            "  - Shop__Currency: must be a currency of ISO 4217 that people pay with, such as EUR",
            "  - Limits__RequestsPerSecond: '19.5' is not a whole number.",
            "  - Database__CommandTimeout: must be whole seconds, such as 00:00:02",
            "  - Database__MaxPoolSize: The field MaxPoolSize must be between 3 and 1000.",
            "  - Databse__MaxPoolSize is not a setting. There is a section Database.",
            "  - OTEL_TRACES_EXPORTER must be one of otlp, none.",
            "  - ConnectionStrings__Shop is not a setting. ConnectionStrings has ECommerce.",
            "  - ConnectionStrings__ECommerce: Command Timeout cannot be given here: use Database__CommandTimeout.",
            "  - ConnectionStrings__ECommerce: Options must not set a role: each module takes its own.",
            "  - Outbox__MaxAttempts: The field MaxAttempts must be between 1 and 100.",
            "  - Limits__Burst: 'many' is not a whole number.",
            "  - Payments__Tiemout is not a setting. Payments has AttemptsPerOrder, ResolveInterval, SlowAnswer, Timeout.",
        ], ignoreOrder: true);
        Directory.Exists(Path.Combine(site.Folder, "postgres")).ShouldBeFalse("nothing has been started");
    }

    [Fact]
    public async Task What_cannot_work_is_one_sentence_and_exit_code_1_before_anything_is_started()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var site = Site.Embedded(output);
        var free = Loopback.FreeAddress().ToString();
        ((string Variable, string? Value)[] Settings, string Sentence)[] wrong =
        [
            ([("Endpoints__Public", $"http://{taken.LocalEndpoint}")], $"Endpoints__Public: another program, perhaps another host, listens at {taken.LocalEndpoint}. Stop it, or choose another port."),
            ([("Endpoints__Public", "http://203.0.113.1:5080")], "Endpoints__Public: 203.0.113.1 is no address of this machine."),
            ([("Endpoints__Management", "http://no-such-host.invalid:5081")], "Endpoints__Management: the name no-such-host.invalid cannot be resolved ("),
            ([("Endpoints__Public", free), ("Endpoints__Management", free)], $"Endpoints__Public and Endpoints__Management both listen at {free[7..^1]}: give each a port of its own."),
            ([("Data__Directory", "/etc/hosts")], "/etc/hosts is a file: name a folder in Data__Directory."),
            ([("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/no/such.crt")],
                """
                The settings are wrong:
                  - OTEL_EXPORTER_OTLP_CERTIFICATE must be a file that can be read.
                """),
            ([("Tokens__SigningKey", curve.ExportPkcs8PrivateKeyPem()), ("Logging__LogLevel__Default", "Loud"), ("Kestrel__Endpoints__More__Url", "http://127.0.0.1:1")],
                """
                The settings are wrong:
                  - Tokens__SigningKey is a key of another curve: it must be a P-256 private key in PEM, such as openssl ecparam -name prime256v1 -genkey -noout makes.
                  - Logging__LogLevel__Default: 'Loud' is not a level. Levels are Trace, Debug, Information, Warning, Error, Critical, None.
                  - Kestrel__Endpoints is not a setting of this host. It listens at Endpoints__Public and Endpoints__Management.
                """),
        ];

        foreach (var (host, sentence) in wrong.Select(one => (site.Start(one.Settings), one.Sentence)).ToList())
        {
            (await host.WaitForExitAsync()).ShouldBe(1, sentence);
            var lines = sentence.Split('\n');
            host.Errors.Count.ShouldBe(lines.Length, host.Written);
            lines.ShouldAllBe(line => host.Errors.Any(written => written.StartsWith(line, StringComparison.Ordinal)), host.Written);
            // Where the settings are wrong there is no log yet.
            host.Output.Count.ShouldBe(lines.Length == 1 ? 1 : 0, host.Written);
            host.Output.ShouldAllBe(line => line.Contains("\"event\":\"host.not_opened\"") && line.Contains("\"level\":\"fatal\""));
        }

        Directory.Exists(Path.Combine(site.Folder, "postgres")).ShouldBeFalse("nothing has been started");
    }

    [Fact]
    public async Task An_address_that_is_no_socket_is_a_wrong_setting()
    {
        await using var site = Site.Embedded(output);
        var hosts = ((string[])["http://127.0.0.1:99999", "https://127.0.0.1:5080", "http://[::1:5080", "http://[nonsense]:5080"])
            .Select(address => HostProcess.Start(site.Folder, ["env", $"Endpoints__Public={address}"])).ToList();
        foreach (var host in hosts)
        {
            (await host.WaitForExitAsync()).ShouldBe(1);
            host.Errors.ShouldBe(
                ["The settings are wrong:", "  - Endpoints__Public: must look like http://127.0.0.1:5080, with a port up to 65535 and an IPv6 address in brackets"]);
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_folder_in_use_is_one_sentence_after_a_line_that_says_whom_the_start_waits_for()
    {
        await using var site = Site.Embedded(output);
        var first = await site.OpenAsync();

        // As a second start in the same terminal: the ports are those of the first, too.
        var second = site.Start(
            ("Database__PredecessorTimeout", "00:00:03"), ("Endpoints__Public", first.Public.BaseAddress!.ToString()), ("Endpoints__Management", first.Management.BaseAddress!.ToString()));

        (await second.WaitForExitAsync()).ShouldBe(1);
        second.Errors.ShouldBe([$"Another host (process {first.Id}) uses {site.Folder}: stop it, or give this one a folder of its own in Data__Directory."]);
        second.Output.ShouldContain(line => line.Contains($"Waiting until another host (process {first.Id}) has left {site.Folder}, for 1 s at most"));
        (await first.GetAsync("/api/products")).Status.ShouldBe(200);
    }

    [HiddenPostgresFact]
    public async Task Without_PostgreSQL_and_without_a_connection_string_one_sentence_says_what_to_do()
    {
        await using var site = Site.Embedded(output);

        var host = site.Start(HiddenPostgresFactAttribute.Hide);

        (await host.WaitForExitAsync()).ShouldBe(1);
        host.Errors.ShouldBe(
            ["No PostgreSQL 15 or later is installed here: install it (`apt-get install postgresql`), or set ConnectionStrings__ECommerce to a server of your own."]);
    }

    [Fact]
    public async Task A_connection_pooler_in_front_of_the_database_is_one_sentence()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var server = new NpgsqlConnectionStringBuilder(site.ConnectionString);
        await using var pooler = await PgBouncer.StartAsync(server.Host!, server.Database!, server.Username!, server.Password!);

        var host = site.Start(("ConnectionStrings__ECommerce", pooler.PerTransaction));

        (await host.WaitForExitAsync()).ShouldBe(1);
        host.Errors.ShouldHaveSingleItem().ShouldStartWith("ConnectionStrings__ECommerce leads to a connection pooler that changes the session between transactions");
    }

    /// <summary>What a newcomer is told at the terminal of who may log in, and with which password.</summary>
    private static async Task<string[]> NotesAsync(HostProcess host)
    {
        await Eventually.TrueAsync(() => host.Errors.Any(line => line.Contains("curl", StringComparison.Ordinal)), "the banner is out");
        return [.. host.Errors.Where(line => line.Contains("Administrator:", StringComparison.Ordinal) || line.Contains("Demo customers:", StringComparison.Ordinal))];
    }

    private const string Seeded = """
        SELECT 'user ' || users::text FROM users.users
        UNION ALL SELECT 'product ' || products::text FROM products.products
        UNION ALL SELECT 'stock ' || stock::text FROM products.stock
        UNION ALL SELECT 'adjustment ' || stock_adjustments::text FROM products.stock_adjustments
        ORDER BY 1
        """;
}
