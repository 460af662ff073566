using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit.Sdk;

namespace ECommerce.Testing;

/// <summary>The real host as a process of its own, to be killed and started again. Settings travel as environment variables.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    // Seconds alone; other tests may share the machine.
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Process process;

    private HostProcess(Process process, Uri publicAddress, Uri managementAddress)
    {
        this.process = process;
        Public = new() { BaseAddress = publicAddress };
        Management = new() { BaseAddress = managementAddress };
        process.OutputDataReceived += (_, line) => Keep(Output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(Errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Public { get; }

    public HttpClient Management { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Lines on stdout so far.</summary>
    public ConcurrentQueue<string> Output { get; } = new();

    /// <summary>Lines on stderr so far.</summary>
    public ConcurrentQueue<string> Errors { get; } = new();

    /// <summary>Starts it in Development on free ports; it may not answer yet: <see cref="WaitUntilReadyAsync"/>.</summary>
    /// <param name="directory">Its working directory, where <c>.data</c> ends up when nothing else is said.</param>
    /// <param name="settings">By environment variable, <c>Shop__DemoData</c>; null takes one away that is inherited.</param>
    public static HostProcess Start(string directory, params (string Variable, string? Value)[] settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var (publicAddress, managementAddress) = (FreeAddress(), FreeAddress());
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ECommerce.Host.dll")])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["DOTNET_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["Endpoints__Public"] = publicAddress.ToString(),
                ["Endpoints__Management"] = managementAddress.ToString(),
                ["Shop__DemoData"] = "false",
            },
        };
        foreach (var (variable, value) in settings)
            start.Environment[variable] = value;
        return new(Process.Start(start)!, publicAddress, managementAddress);
    }

    /// <exception cref="XunitException">It ended, or was not ready in time; what it wrote is in the message.</exception>
    public async Task WaitUntilReadyAsync()
    {
        for (var started = Stopwatch.GetTimestamp(); !HasExited && !await IsReadyAsync(); await Task.Delay(Pause))
        {
            if (Stopwatch.GetElapsedTime(started) > LongestStart)
                throw new XunitException($"The host was not ready in time.\n{Written()}");
        }

        if (HasExited)
            throw new XunitException($"The host ended with {process.ExitCode}.\n{Written()}");
    }

    /// <summary>SIGKILL: no last word. Returns when the process is gone.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as an orchestrator sends it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        using (var signal = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await signal.WaitForExitAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>Kills it if it still runs; that takes an embedded PostgreSQL with it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
            await KillAsync();
        Public.Dispose();
        Management.Dispose();
        process.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await Management.GetAsync("/health/ready");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private string Written() => string.Join('\n', [.. Errors, .. Output]);

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }

    private static Uri FreeAddress()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return new($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndpoint).Port}");
    }
}
