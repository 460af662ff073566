using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Xunit.Sdk;

namespace ECommerce.Testing;

/// <summary>
/// A RabbitMQ node of the tests, on loopback, with a folder, a cookie and a port mapper (epmd) of its own, beside whatever the machine runs.
/// It is Debian's package; where the tests run as root the node runs as that package's user.
/// </summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    private const string Debians = "/usr/lib/rabbitmq/bin/rabbitmq-server"; // the one on PATH insists on being root or the service's user
    private const string User = "rabbitmq";

    // Some seconds alone; other tests may share the machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-rabbitmq-");
    private readonly int _port = Loopback.FreeAddress().Port;
    private readonly int _distributionPort = Loopback.FreeAddress().Port;
    private readonly int _mapperPort = Loopback.FreeAddress().Port;
    private readonly Uri _metrics = Loopback.FreeAddress();
    private ChildProcess? _mapper;
    private ChildProcess? _node;

    private RabbitMqServer()
    {
    }

    /// <summary>For <c>Broker__Address</c>.</summary>
    public string Address => $"amqp://guest:guest@127.0.0.1:{_port}";

    /// <summary>The process id of the node; 0 while it does not run.</summary>
    public int ProcessId => _node?.Id ?? 0;

    /// <summary>What the node has written since its last start, for the message of a failure.</summary>
    public string Written => _node?.Written ?? "It does not run.";

    /// <summary>Its own metrics, in Prometheus's text format.</summary>
    public Uri Metrics => new(_metrics, "/metrics");

    /// <summary>Starts a node and waits until it takes connections.</summary>
    /// <param name="virtualHosts">How many virtual hosts it has beside the default one; see <see cref="VirtualHost"/>.</param>
    public static async Task<RabbitMqServer> StartAsync(int virtualHosts = 0)
    {
        var server = new RabbitMqServer();
        try
        {
            await server.PrepareAsync(virtualHosts);
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The name of a virtual host, by its number from 1.</summary>
    public static string VirtualHost(int number) => string.Create(CultureInfo.InvariantCulture, $"shop-{number}");

    /// <summary>
    /// SIGTERM. Returns when the node has ended; its folder stays. A quorum queue that was declared shortly before a SIGKILL is not always
    /// recovered by RabbitMQ 3.10.
    /// </summary>
    public async Task StopAsync()
    {
        if (_node is null)
            return;
        await _node.SignalAsync("TERM");
        using var patience = new CancellationTokenSource(Patience);
        await _node.WaitForExitAsync(patience.Token);
        await KillAsync();
    }

    /// <summary>SIGKILL. Returns when the node is gone; its folder stays.</summary>
    public async Task KillAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
        _node = null;
    }

    /// <summary>Deletes all that the node has stored: queues, messages, users. It must not run.</summary>
    public void Wipe() => Directory.Delete(In("mnesia"), recursive: true);

    /// <summary>Starts the node again, on the same port.</summary>
    public async Task RestartAsync()
    {
        _node = Start([File.Exists(Debians) ? Debians : "rabbitmq-server"]);
        for (var started = Stopwatch.GetTimestamp(); !await IsReadyAsync(); await Task.Delay(Pause))
        {
            if (_node.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
                throw new XunitException($"RabbitMQ was not ready in time.\n{_node.Written}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_mapper is not null)
            await _mapper.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task PrepareAsync(int virtualHosts)
    {
        if (virtualHosts > 0)
            await File.WriteAllTextAsync(In("definitions.json"), DefinitionsOf([.. Enumerable.Range(1, virtualHosts).Select(VirtualHost)]));
        await File.WriteAllTextAsync(In("enabled_plugins"), "[rabbitmq_prometheus].\n");
        await File.WriteAllTextAsync(In("rabbitmq.conf"), $"""
            listeners.tcp.1 = 127.0.0.1:{_port}
            prometheus.tcp.ip = 127.0.0.1
            prometheus.tcp.port = {_metrics.Port}
            log.console = true
            log.console.level = warning
            log.file = false
            {(virtualHosts > 0 ? $"load_definitions = {In("definitions.json")}" : "")}

            """);
        if (Environment.IsPrivilegedProcess)
            await Subprocess.RunAsync("chown", "-R", $"{User}:", _folder.FullName);
        // In the foreground: a node that finds no mapper starts one that outlives it.
        _mapper = Start(["epmd", "-port", Number(_mapperPort)]);
    }

    // Where definitions are loaded, the user guest is not made by itself.
    private static string DefinitionsOf(string[] virtualHosts)
    {
        byte[] salt = [1, 2, 3, 4];
        var hash = Convert.ToBase64String([.. salt, .. SHA256.HashData([.. salt, .. "guest"u8])]);
        return JsonSerializer.Serialize(new
        {
            users = new[] { new { name = "guest", password_hash = hash, hashing_algorithm = "rabbit_password_hashing_sha256", tags = "administrator" } },
            vhosts = virtualHosts.Append("/").Select(name => new { name }),
            permissions = virtualHosts.Append("/").Select(vhost => new { user = "guest", vhost, configure = ".*", write = ".*", read = ".*" }),
        });
    }

    private ChildProcess Start(string[] command)
    {
        string[] identity = Environment.IsPrivilegedProcess ? [$"--reuid={User}", $"--regid={User}", "--clear-groups"] : [];
        return ChildProcess.StartOnOwnThread(["setpriv", "--pdeathsig=KILL", .. identity, "--", .. command], _folder.FullName,
            ("HOME", _folder.FullName), // where Erlang makes its cookie
            ("RABBITMQ_NODENAME", $"ec{_port}@localhost"),
            ("RABBITMQ_MNESIA_BASE", In("mnesia")),
            ("RABBITMQ_LOG_BASE", In("log")),
            ("RABBITMQ_LOGS", "-"),
            ("RABBITMQ_CONFIG_FILE", In("rabbitmq.conf")),
            ("RABBITMQ_ADVANCED_CONFIG_FILE", In("none")),
            ("RABBITMQ_CONF_ENV_FILE", In("none")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", In("enabled_plugins")),
            ("RABBITMQ_DIST_PORT", Number(_distributionPort)),
            ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
            // The script becomes the node, instead of a parent that would have to be told when to end.
            ("RUNNING_UNDER_SYSTEMD", "true"),
            ("NOTIFY_SOCKET", null),
            ("ERL_EPMD_ADDRESS", "127.0.0.1"),
            ("ERL_EPMD_PORT", Number(_mapperPort)));
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync("127.0.0.1", _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
