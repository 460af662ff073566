using System.Collections.Concurrent;
using System.Globalization;
using ECommerce.Topologies;

namespace ECommerce.Tools.Tests.Topology;

/// <summary>The topology <c>replicas</c> as the runner starts it: three hosts on a PostgreSQL, behind haproxy.</summary>
[Collection(nameof(WholeProgram))]
[Trait("Category", "Running")]
public sealed class RollingRestartTests(ITestOutputHelper output)
{
    private const int RequestsPerSecond = 30;

    [HaproxyFact]
    public async Task Hosts_that_are_restarted_in_turn_under_traffic_fail_no_request_and_one_Ctrl_C_ends_everything()
    {
        await using var shop = new ReplicatedShop();
        await shop.OpenAsync();
        try
        {
            var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(stock: 1_000_000));
            ConcurrentBag<int> statuses = [];
            using var enough = new CancellationTokenSource();
            var traffic = SendAsync(shop, customer, product, statuses, enough.Token);

            foreach (var host in shop.Hosts)
            {
                var before = shop.ProcessOf(host);
                await ReplicatedShop.TerminateAsync(before);
                await Eventually.TrueAsync(() => shop.ProcessOf(host) is var now && now != 0 && now != before, $"{host.Name} is started again");
                await Eventually.TrueAsync(() => shop.IsInRotationAsync(host), $"the balancer sends requests to {host.Name} again");
            }

            await enough.CancelAsync();
            await traffic;
            output.WriteLine($"{statuses.Count} requests");
            statuses.Count.ShouldBeGreaterThan(RequestsPerSecond);
            statuses.GroupBy(status => status).ToDictionary(group => group.Key, group => group.Count()).Keys
                .ShouldBe([200, 201], ignoreOrder: true);
            shop.Written.ShouldNotContain("Connection refused", customMessage: "The balancer stops sending requests to a host before the host closes its listeners.");
            (await shop.GetAsync("/api/orders?limit=1", customer)).Body.GetProperty("items").GetArrayLength().ShouldBe(1);
        }
        finally
        {
            output.WriteLine(shop.Written);
        }

        await shop.CloseAsync();
    }

    // The arrivals follow the clock and wait for no answer: a slow answer does not hide a failed request behind it.
    private static async Task SendAsync(ReplicatedShop shop, Customer customer, Product product, ConcurrentBag<int> statuses, CancellationToken enough)
    {
        List<Task> sent = [];
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / RequestsPerSecond);
        for (var number = 0; !enough.IsCancellationRequested; number++)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            sent.Add(SendOneAsync(number));
        }

        await Task.WhenAll(sent);

        async Task SendOneAsync(int number)
        {
            var answer = (number % 3) switch
            {
                0 => shop.GetAsync($"/api/products/{product.Id}"),
                1 => shop.GetAsync("/api/orders?limit=5", customer),
                _ => shop.PostAsync("/api/orders", Given.Lines((product, 1)), customer, ("Idempotency-Key", Guid.CreateVersion7().ToString())),
            };
            try
            {
                statuses.Add((await answer).Status);
            }
            catch (HttpRequestException)
            {
                statuses.Add(0);
            }
        }
    }

    /// <summary>The runner, and a client of the shop that it starts.</summary>
    private sealed class ReplicatedShop : ShopClient, IAsyncDisposable
    {
        private const string Key = "the key of the test";

        private readonly Tool _tool;
        private readonly int _port = RunSettings.FreePort();

        public ReplicatedShop()
        {
            Hosts = [.. Enumerable.Range(1, 3).Select(number => HostAddresses.Of(number, _port))];
            _tool = Tool.Start("run", folder => ["--port", _port.ToString(CultureInfo.InvariantCulture), "--data", Path.Combine(folder, "data")],
            [
                ("DOTNET_ENVIRONMENT", "Development"), ("ASPNETCORE_ENVIRONMENT", "Development"), ("Shop__DemoData", "false"), ("Management__Key", Key),
                ("Bootstrap__AdminEmail", Given.AdminEmail), ("Bootstrap__AdminPassword", Given.AdminPassword),
                ("Passwords__Iterations", "10000"), ("Limits__RequestsPerSecond", "1000000"), ("Limits__Burst", "1000000"),
                .. HostProcess.WithoutQuotas,
            ]);
        }

        public IReadOnlyList<HostAddresses> Hosts { get; }

        public string Written => $"{_tool.Error}\n{_tool.Output}";

        public async Task OpenAsync()
        {
            await Eventually.TrueAsync(() => _tool.HasExited || _tool.Output.Contains("Ctrl-C stops everything.", StringComparison.Ordinal), "the shop is open");
            _tool.HasExited.ShouldBeFalse(Written);
            Call(new($"http://127.0.0.1:{_port}"), Hosts[0].Management, Key);
        }

        /// <returns>The process id of the host that listens at the address; 0 when there is none.</returns>
        public int ProcessOf(HostAddresses host) => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Select(name => int.TryParse(name, out var id) ? id : 0).FirstOrDefault(id => id != 0 && IsOf(host, id));

        /// <summary>SIGTERM, as an orchestrator sends it.</summary>
        public static async Task TerminateAsync(int process)
        {
            process.ShouldNotBe(0);
            (await Subprocess.RunAsync("kill", "-TERM", process.ToString(CultureInfo.InvariantCulture))).Code.ShouldBe(0);
        }

        public async Task<bool> IsInRotationAsync(HostAddresses host)
        {
            using var client = new HttpClient();
            return await Balancer.SendsToAsync(new($"http://127.0.0.1:{_port + 4}"), host.Name, CancellationToken.None) && await IsReadyAsync(client, host);
        }

        public async Task CloseAsync()
        {
            await _tool.SignalAsync("INT");
            (await _tool.WaitForExitAsync()).ShouldBe(0, Written);
            await Eventually.PassesAsync(() => _tool.Processes.ShouldBeEmpty());
        }

        public async ValueTask DisposeAsync()
        {
            HangUp();
            await _tool.DisposeAsync();
        }

        private static async Task<bool> IsReadyAsync(HttpClient client, HostAddresses host)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(host.Public, "/health/ready"));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }

        private static bool IsOf(HostAddresses host, int id)
        {
            try
            {
                return File.ReadAllText($"/proc/{id}/cmdline").Contains("ECommerce.Host.dll", StringComparison.Ordinal)
                    && File.ReadAllText($"/proc/{id}/environ").Split('\0').Contains($"Endpoints__Public={host.Public.ToString().TrimEnd('/')}");
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }
}
