using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using Dapper;
using ECommerce.Kernel;
using ECommerce.Products.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ECommerce.Topology.Tests;

/// <summary>Modules in hosts of their own: the calls between them, what a caller sees of them, and what becomes of one that is not answered.</summary>
[Collection(nameof(SharedServicesShop))]
public sealed class ContractCallTests(ServicesShop shop)
{
    [Fact]
    public async Task An_order_is_placed_across_three_hosts()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(stock: 5, price: 12.50m));

        var order = await shop.Given.AnOrderAsync(customer, (product, 2));

        order.Total.ShouldBe(25m);
        (await shop.Products.ScalarAsync<int>("SELECT reserved FROM products.stock WHERE product_id = @Id", new { product.Id })).ShouldBe(2);
        (await shop.Orders.ScalarAsync<long>("SELECT count(*) FROM orders.orders WHERE id = @Id", new { order.Id })).ShouldBe(1);
    }

    [Fact]
    public async Task A_refusal_of_another_host_reaches_the_caller_as_it_would_from_the_same()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(stock: 1));

        var refused = await shop.PostAsync("/api/orders", Given.Lines((product, 3)), customer, ("Idempotency-Key", Guid.CreateVersion7().ToString()));

        (refused.Status, refused.Code).ShouldBe((409, "orders.insufficient_stock"));
        refused.Member("shortages")[0].GetProperty("available").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task One_trace_leads_through_the_hosts_and_each_command_is_recorded_by_the_host_that_handles_it()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());

        var order = await shop.Given.AnOrderAsync(customer, (product, 1));

        var trace = order.Receipt.Header("X-Trace-Id")!;
        await Eventually.PassesAsync(() => shop.Products.Log.Of(trace).ShouldContain(line => line.GetRawText().Contains("\"ReserveStock\"", StringComparison.Ordinal)));
        shop.Orders.Log.Of(trace).ShouldNotContain(line => line.GetRawText().Contains("\"ReserveStock\"", StringComparison.Ordinal));
        var (client, server) = (
            shop.Orders.Spans.Of(trace).First(span => span.DisplayName == "POST /contracts/products.reserve-stock.v1" && span.Kind == System.Diagnostics.ActivityKind.Client),
            shop.Products.Spans.Of(trace).First(span => span.DisplayName == "POST /contracts/products.reserve-stock.v1" && span.Kind == System.Diagnostics.ActivityKind.Server));
        server.ParentSpanId.ShouldBe(client.SpanId);
        client.GetTagItem("server.port").ShouldBe(shop.Products.Internal.Port);
    }

    [Fact]
    public async Task A_contract_is_at_the_internal_listener_alone_and_nothing_else_is_there()
    {
        using var http = new HttpClient();

        (await http.PostAsync(new Uri(shop.Products.Public.BaseAddress!, "/contracts/products.reserve-stock.v1"), null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.PostAsync(new Uri(shop.Products.Management.BaseAddress!, "/contracts/products.reserve-stock.v1"), null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.PostAsync(new Uri(shop.Products.Internal, "/contracts/products.reserve-stock.v1"), null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        foreach (var path in (string[])["/api/products", "/metrics", "/ops", "/docs", "/contracts/users.find-user.v1"])
            (await http.GetAsync(new Uri(shop.Products.Internal, path))).StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        (await http.GetAsync(new Uri(shop.Products.Internal, "/health/ready"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_of_a_customer_opens_no_contract()
    {
        var customer = await shop.Given.ACustomerAsync();
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", customer.Token) } };

        (await http.PostAsync(new Uri(shop.Users.Internal, "/contracts/users.find-user.v1"), null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        (await shop.Users.MetricsAsync())["contract_tokens_refused_total{reason=\"other_audience\"}"].ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task The_hosts_say_the_topology_and_what_is_theirs()
    {
        (await shop.Orders.GetAsync("/version")).Member("topology").GetString().ShouldBe("services");
        (await shop.Orders.GetAsync("/health")).Member("topology").GetString().ShouldBe("services");
        (await shop.Orders.Operator.GetStringAsync("/metrics")).ShouldContain("topology=\"services\"");
        (await shop.Orders.GetAsync("/api/products")).Status.ShouldBe(404);
        // The gateway asks one host for the pages of all problems.
        (await shop.Users.GetAsync("/problems/orders.insufficient_stock")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Every_host_describes_its_module()
    {
        foreach (var (host, module) in ((ModuleHost, string)[])[(shop.Users, "users"), (shop.Products, "products"), (shop.Orders, "orders")])
        {
            var description = await host.GetAsync("/openapi/v1.json");

            description.Status.ShouldBe(200, $"{module}: {description.Text}");
            var modules = description.Member("paths").EnumerateObject().Select(path => path.Name.Split('/')).Where(path => path[1] == "api").Select(path => path[2]);
            modules.Distinct().ShouldBe([module]);
        }
    }

    [Fact]
    public async Task Every_host_knows_the_keys_of_customers_tokens()
    {
        var keys = (await shop.Users.GetAsync("/.well-known/jwks.json")).Text;

        (await shop.Orders.GetAsync("/.well-known/jwks.json")).Text.ShouldBe(keys);
    }

    [Fact]
    public async Task The_called_host_gives_up_when_the_time_of_the_caller_has_passed()
    {
        var product = await shop.Given.AProductAsync();
        await using var blocker = new NpgsqlConnection(shop.Products.ConnectionString);
        await blocker.OpenAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await blocker.ExecuteAsync("SELECT FROM products.stock WHERE product_id = @Id FOR UPDATE", new { product.Id });
        var (contract, tokens) = (shop.Orders.Services.GetRequiredService<ContractCatalogue>().Of(typeof(ReserveStock)), shop.Orders.Services.GetRequiredService<ContractTokens>());
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(shop.Products.Internal, contract.Path))
        {
            Content = JsonContent.Create(new ReserveStock(Guid.CreateVersion7(), Guid.CreateVersion7(), [new(product.Id, 1)]), options: EventJson.Options),
            Headers = { Authorization = new("Bearer", tokens.For(contract)) },
        };
        request.Headers.Add(Contract.TimeoutHeader, "250");
        using var http = new HttpClient();
        var started = Stopwatch.GetTimestamp();

        using var answer = await http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout, await answer.Content.ReadAsStringAsync());
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(8), "the host's own time limit is ten seconds");
    }

    [Fact]
    public async Task A_customer_who_leaves_ends_a_query_on_the_other_side()
    {
        const string Cancelled = """{module="users",contract="users.find-user.v1",outcome="cancelled"}""";
        const string TimedOut = """contract_call_attempts_total{module="users",contract="users.find-user.v1",outcome="timeout"}""";
        const string Waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ecommerce-users' AND wait_event_type = 'Lock' AND query LIKE '%credentials_version%'";
        var customer = await shop.Given.ACustomerAsync();
        var before = await shop.Orders.MetricsAsync();
        await using var blocker = new NpgsqlConnection(shop.Users.ConnectionString);
        await blocker.OpenAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await blocker.ExecuteAsync("LOCK TABLE users.users IN ACCESS EXCLUSIVE MODE");
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(shop.Orders.Public.BaseAddress!, "/api/orders"))
        {
            Headers = { { "Authorization", $"Bearer {customer.Token}" } },
        };
        using var http = new HttpClient();

        var listing = http.SendAsync(request, leaving.Token);
        await Eventually.TrueAsync(async () => await shop.Users.ScalarAsync<long>(Waiting) > 0, "the query waits");
        await leaving.CancelAsync();

        await listing.ShouldThrowAsync<OperationCanceledException>();
        await Eventually.TrueAsync(async () => await shop.Users.ScalarAsync<long>(Waiting) == 0, "the statement of the other host is cancelled");
        await Eventually.PassesAsync(async () =>
        {
            var after = await shop.Orders.MetricsAsync();
            (after[$"contract_call_duration_seconds_count{Cancelled}"] - before[$"contract_call_duration_seconds_count{Cancelled}"]).ShouldBe(1);
            (after[$"contract_call_attempts_total{Cancelled}"] - before[$"contract_call_attempts_total{Cancelled}"]).ShouldBe(1);
            after[TimedOut].ShouldBe(before[TimedOut], "no time limit has ended it");
        });
    }

    [Fact]
    public async Task A_caller_that_leaves_while_its_stock_is_reserved_leaves_no_reservation_without_an_order()
    {
        var (customer, product, key) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(), Guid.CreateVersion7());
        await using var blocker = new NpgsqlConnection(shop.Products.ConnectionString);
        await blocker.OpenAsync();
        var transaction = await blocker.BeginTransactionAsync();
        await blocker.ExecuteAsync("SELECT FROM products.stock WHERE product_id = @Id FOR UPDATE", new { product.Id });
        using var patience = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders") { Content = JsonContent.Create(Given.Lines((product, 1))) };
        request.Headers.Authorization = new("Bearer", customer.Token);
        request.Headers.Add("Idempotency-Key", key.ToString());

        var placing = shop.Public.SendAsync(request, patience.Token);
        await Eventually.TrueAsync(() => shop.Products.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"), "the reservation waits");
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(placing);
        await transaction.RollbackAsync();

        await Eventually.PassesAsync(async () => (await shop.Orders.ScalarAsync<string>("SELECT status FROM orders.orders WHERE id = @key", new { key })).ShouldBe("placed"));
        (await shop.Products.ScalarAsync<long>("SELECT count(*) FROM products.reservations WHERE id = @key", new { key })).ShouldBe(1);
    }

    /// <summary>What stands in place of Products, the reason that is counted, and the time that the call may take by its own limit, in seconds.</summary>
    [Theory]
    [InlineData("nobody", "unreachable", 2.5)]
    [InlineData("silent", "timeout", 2.5)]
    [InlineData("torn", "torn", 60)]
    [InlineData("other", "torn", 60)]
    [InlineData("empty", "torn", 60)]
    [InlineData("incomplete", "torn", 60)]
    public async Task A_module_that_gives_no_result_is_503_with_its_name_and_never_500(string server, string reason, double timeout)
    {
        await using var stranger = new Stranger(server);
        await using var orders = new OrdersAlone(shop.Users.Internal, stranger.Address, shop.SigningKeyPem, ("Contracts:Timeout", TimeSpan.FromSeconds(timeout).ToString("c")));
        await orders.InitializeAsync();
        var customer = await shop.Given.ACustomerAsync();

        var answer = await orders.PostAsync(
            "/api/orders", new { lines = new[] { new { productId = Guid.CreateVersion7(), quantity = 1 } } }, customer, ("Idempotency-Key", Guid.CreateVersion7().ToString()));

        (answer.Status, answer.Code, answer.Member("module").GetString()).ShouldBe((503, "dependency_unavailable", "products"), answer.Text);
        answer.Header("Retry-After").ShouldBe("1");
        (await orders.Operator.GetStringAsync("/metrics"))
            .ShouldContain($"contract_call_duration_seconds_count{{module=\"products\",contract=\"products.reserve-stock.v1\",outcome=\"{reason}\"}} 1");
        // The rest of the request's ten seconds travels with the call, where it is less than the call's own limit.
        stranger.TimesLeft.ShouldAllBe(left => left > 0 && left <= Math.Min(timeout * 1000, 10_000));
        stranger.TimesLeft.IsEmpty.ShouldBe(server is "nobody" or "silent");
    }

    /// <summary>A server that is no host of the shop: nobody, one that says nothing, one that hangs up within its answer, one with other JSON.</summary>
    private sealed class Stranger : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _serving;

        public Stranger(string kind)
        {
            _listener.Start();
            Address = new($"http://{_listener.LocalEndpoint}");
            if (kind == "nobody")
                _listener.Stop();
            _serving = kind == "nobody" ? Task.CompletedTask : ServeAsync(kind);
        }

        public Uri Address { get; }

        /// <summary>The milliseconds that the callers have given.</summary>
        public ConcurrentQueue<int> TimesLeft { get; } = new();

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            _listener.Stop();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stopping.Dispose();
        }

        private async Task<int> ReadTimeLeftAsync(NetworkStream stream)
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            while (true)
            {
                var line = await reader.ReadLineAsync(_stopping.Token) ?? throw new EndOfStreamException();
                if (line.StartsWith(Contract.TimeoutHeader, StringComparison.OrdinalIgnoreCase))
                    return int.Parse(line.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        private async Task ServeAsync(string kind)
        {
            List<TcpClient> kept = [];
            try
            {
                while (true)
                {
                    var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                    kept.Add(client);
                    if (kind == "silent")
                        continue;
                    TimesLeft.Enqueue(await ReadTimeLeftAsync(client.GetStream()));
                    var body = kind switch
                    {
                        "torn" => "Content-Length: 500\r\n\r\n{\"value\":",
                        "other" => "Content-Length: 15\r\n\r\n[\"no such page\"",
                        "empty" => "Content-Length: 27\r\n\r\n{\"value\":null,\"error\":null}",
                        _ => "Content-Length: 40\r\n\r\n{\"value\":{\"isScarce\":true},\"error\":null}",
                    };
                    await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{body}"), _stopping.Token);
                    client.Client.Shutdown(SocketShutdown.Send);
                }
            }
            finally
            {
                kept.ForEach(client => client.Dispose());
            }
        }
    }
}
