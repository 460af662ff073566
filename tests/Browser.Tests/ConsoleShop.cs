using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Playwright;

namespace ECommerce.Browser.Tests;

/// <summary>A real shop with traffic and a fault behind it, and a browser that has signed in to its console. One for all tests of the project.</summary>
public sealed class ConsoleShop : IAsyncLifetime
{
    /// <summary>A text that a stranger can write, with everything that does harm where it is shown as it is.</summary>
    public const string HostileName = "<img src=x onerror=\"window.harmed=1\"><script>window.harmed=1</script>\u202egnitrevni\u202c \u001b[31m'\"&lt;";

    private const string Key = "the key of the browser tests";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-browser-tests-");
    private Chromium? _chromium;
    private string? _session;

    /// <summary>Where screenshots are kept to be looked at; ignored by git.</summary>
    public static string Artifacts { get; } = Repository.PathOf("tests/Browser.Tests/artifacts");

    internal HostProcess Host { get; private set; } = null!;

    /// <summary>The address of the console's host.</summary>
    public string Address => Host.Management.BaseAddress!.ToString().TrimEnd('/');

    /// <summary>The trace of a request that placed an order.</summary>
    public string OrderTrace { get; private set; } = "";

    public async Task InitializeAsync()
    {
        if (Chromium.Missing is not null)
            return;
        Directory.CreateDirectory(Artifacts);
        Host = HostProcess.Start(_folder.FullName, [
            .. HostProcess.WithoutQuotas, ("Management__Key", Key), ("Bootstrap__AdminEmail", Given.AdminEmail), ("Bootstrap__AdminPassword", Given.AdminPassword),
            ("Logging__Format", "Json"), ("Limits__RequestsPerSecond", "1000000"), ("Limits__Burst", "1000000"), ("Passwords__Iterations", "10000"),
            ("Limits__RegistrationsPerMinute", "1000000"), ("Limits__RegistrationBurst", "1000000"), ("Console__RuleInterval", "00:00:01")]);
        var chromium = Chromium.StartAsync();
        await Host.WaitUntilReadyAsync();
        await SellAsync();
        _chromium = await chromium;
        _session = await SignInAsync();
    }

    public async Task DisposeAsync()
    {
        if (_chromium is not null)
            await _chromium.DisposeAsync();
        if (Host is not null)
            await Host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>A tab that has signed in.</summary>
    /// <param name="width">Of the window.</param>
    /// <param name="isDark">The colours that the user's system prefers.</param>
    /// <param name="height">Of the window.</param>
    /// <param name="of">The case of a theory.</param>
    /// <param name="test">The test, whose name the last picture has.</param>
    public async Task<Tab> OpenAsync(int width = 1280, bool isDark = false, int height = 900, string of = "", [CallerMemberName] string test = "")
    {
        var context = await _chromium!.Browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            StorageState = _session,
            ReducedMotion = ReducedMotion.Reduce,
        });
        return new(context, await context.NewPageAsync(), Address, test + of);
    }

    /// <summary>A tab without a session.</summary>
    /// <param name="test">The test, whose name the last picture has.</param>
    public async Task<Tab> OpenAsStrangerAsync([CallerMemberName] string test = "")
    {
        var context = await _chromium!.Browser.NewContextAsync();
        return new(context, await context.NewPageAsync(), Address, test);
    }

    /// <summary>Lets customers come one after the other for a time: they look around and buy. A fault is on for a while in the middle.</summary>
    public async Task SellForAsync(TimeSpan length)
    {
        var product = await Host.Given.AProductAsync(stock: 100_000);
        var started = TimeProvider.System.GetTimestamp();
        var isBroken = false;
        for (var passed = TimeSpan.Zero; passed < length; passed = TimeProvider.System.GetElapsedTime(started))
        {
            if (!isBroken && passed > length / 2)
            {
                isBroken = true;
                using var fault = await Host.Operator.PutAsJsonAsync("/ops/faults/exception", new { slice = "ListProducts", percentage = 30, @for = "00:00:10" });
                fault.EnsureSuccessStatusCode();
            }
            await Host.Given.APaidOrderAsync(customer: null, (product, 1));
            for (var look = 0; look < 4; look++)
            {
                await Host.GetAsync("/api/products?limit=5");
                await Host.GetAsync($"/api/products/{product}");
            }
        }
        OrderTrace = (await Host.Given.AnOrderAsync(await Host.Given.ACustomerAsync(), (product, 2))).Receipt.Header("X-Trace-Id")!;
    }

    // Customers who buy, one who fails, one who calls herself something bad, and a handler that fails for a while.
    private async Task SellAsync()
    {
        var product = await Host.Given.AProductAsync(stock: 1000);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Host.Given.APaidOrderAsync(customer: null, (product, 1))));
        var customer = await Host.Given.ACustomerAsync(name: "Mallory");
        // Sent as the name of a new customer, a search, a route, and a header: the only one of them that arrives, and is kept, as it was written.
        await Host.PostAsync("/api/users", new { email = Given.NewEmail(), name = HostileName, password = "correct horse battery" });
        await Host.GetAsync($"/api/products?search={Uri.EscapeDataString(HostileName)}");
        await Host.GetAsync($"/api/{Uri.EscapeDataString(HostileName)}", by: null, ("User-Agent", new string('x', 6000)));
        using var asWritten = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8 }) { BaseAddress = Host.Public.BaseAddress };
        asWritten.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", HostileName);
        using var look = await asWritten.GetAsync(new Uri("/api/products?limit=1", UriKind.Relative));
        look.EnsureSuccessStatusCode();
        await Host.GetAsync("/api/products/00000000-0000-0000-0000-000000000000");
        using var fault = await Host.Operator.PutAsJsonAsync("/ops/faults/exception", new { slice = "PlaceOrder", percentage = 100 });
        fault.EnsureSuccessStatusCode();
        await Host.PostAsync("/api/orders", Given.Lines((product, 1)), customer, ("Idempotency-Key", Guid.CreateVersion7().ToString()));
        using var ended = await Host.Operator.DeleteAsync(new Uri("/ops/faults", UriKind.Relative));
        var order = await Host.Given.AnOrderAsync(customer, (product, 2));
        OrderTrace = order.Receipt.Header("X-Trace-Id")!;
    }

    private async Task<string> SignInAsync()
    {
        var context = await _chromium!.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{Address}/console");
        if (page.Url.Contains("sign-in", StringComparison.Ordinal))
        {
            await page.Locator("input[type=password]").FillAsync(Key);
            await page.Keyboard.PressAsync("Enter");
            await page.WaitForURLAsync(address => !address.Contains("sign-in", StringComparison.Ordinal));
        }
        var session = await context.StorageStateAsync();
        await context.DisposeAsync();
        return session;
    }
}

/// <summary>All tests share one shop, and so follow each other.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleCollection : ICollectionFixture<ConsoleShop>
{
    public const string Name = "console";
}
