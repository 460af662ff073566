using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit.Sdk;

namespace ECommerce.Testing;

/// <summary>Somebody else's server, started for a test in a folder of its own: it answers before it is used, and is gone with the test.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _folder;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _written = new();

    private ServerProcess(DirectoryInfo folder, Process process, Uri address)
    {
        (_folder, _process) = (folder, process);
        Client = new() { BaseAddress = address };
        process.OutputDataReceived += (_, line) => _written.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _written.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += KillWithUs;
    }

    /// <summary>Asks it.</summary>
    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    /// <summary>What it has said so far, for the message of a failure.</summary>
    public string Written => string.Join('\n', _written);

    /// <summary>Starts it, and returns when it answers.</summary>
    /// <param name="folder">Its working directory, deleted in the end.</param>
    /// <param name="address">Where it listens, as the arguments or the environment tell it.</param>
    /// <param name="ready">The path that answers 200 when it is ready.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">More environment variables.</param>
    public static async Task<ServerProcess> StartAsync(
        DirectoryInfo folder, Uri address, string ready, IReadOnlyList<string> command, params (string Name, string Value)[] environment)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(environment);
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var server = new ServerProcess(folder, Process.Start(start)!, address);
        try
        {
            await server.WaitUntilReadyAsync(ready);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillWithUs;
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private void KillWithUs(object? sender, EventArgs e) => _process.Kill();

    private async Task WaitUntilReadyAsync(string ready)
    {
        for (var started = Stopwatch.GetTimestamp(); !await IsReadyAsync(ready); await Task.Delay(Pause))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > Eventually.Deadline)
                throw new XunitException($"{_process.StartInfo.FileName} was not ready in time.\n{Written}");
        }
    }

    private async Task<bool> IsReadyAsync(string ready)
    {
        try
        {
            using var response = await Client.GetAsync(ready);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
