using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ECommerce.Benchmarks;

/// <summary>One of the two programs, in a process of its own.</summary>
internal sealed class Contender : IAsyncDisposable
{
    private readonly Process _process;

    private Contender(string name, Process process, string address, string connectionString) =>
        (Name, _process, Address, ConnectionString) = (name, process, address, connectionString);

    public string Name { get; }

    public string Address { get; }

    public string ConnectionString { get; }

    /// <summary>User and system time of the process so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The shop as it is run: Development's checks aside, JSON lines to a file, limits out of the way.</summary>
    public static Task<Contender> ShopAsync(string connectionString, string folder, string signingKey)
    {
        var address = FreeAddress();
        var start = Dotnet("ECommerce.Host.dll", Path.Combine(folder, "shop.log"));
        (string Name, string Value)[] settings =
        [
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("ConnectionStrings__ECommerce", connectionString), ("Data__Directory", folder),
            ("Endpoints__Public", address), ("Endpoints__Management", FreeAddress()), ("Tokens__SigningKey", signingKey),
            ("Limits__RequestsPerSecond", "1000000"), ("Limits__Burst", "1000000"), ("Limits__Concurrency", "1000"),
            ("Bootstrap__AdminEmail", "admin@shop.example"), ("Bootstrap__AdminPassword", "a benchmark's password"),
        ];
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return StartAsync("shop", start, address, connectionString);
    }

    public static Task<Contender> TwinAsync(string connectionString, string folder, string signingKey)
    {
        var address = FreeAddress();
        var start = Dotnet("ECommerce.Benchmarks.dll", Path.Combine(folder, "twin.log"), "twin", address, connectionString, signingKey);
        return StartAsync("twin", start, address, connectionString);
    }

    public async ValueTask DisposeAsync()
    {
        using var term = Process.Start("kill", [_process.Id.ToString(CultureInfo.InvariantCulture)]);
        await term.WaitForExitAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // Through a shell, so that the lines go to a file as they would in production and not through a pipe that we have to read.
    private static ProcessStartInfo Dotnet(string dll, string log, params string[] arguments) => new("/bin/sh",
        ["-c", "log=$1; shift; exec dotnet \"$@\" >\"$log\" 2>&1", "sh", log, Path.Combine(AppContext.BaseDirectory, dll), .. arguments]);

    private static async Task<Contender> StartAsync(string name, ProcessStartInfo start, string address, string connectionString)
    {
        var contender = new Contender(name, Process.Start(start)!, address, connectionString);
        using var http = new HttpClient();
        for (var deadline = Stopwatch.StartNew(); deadline.Elapsed < TimeSpan.FromSeconds(60);)
        {
            try
            {
                if ((await http.GetAsync(new Uri($"{address}/health/ready"))).IsSuccessStatusCode)
                    return contender;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException($"The {name} did not become ready: {string.Join(' ', start.ArgumentList)}");
    }

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
