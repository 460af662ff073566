using System.Net;
using System.Net.Sockets;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ECommerce.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ECommerce.Shared.Tests.Hosting;

/// <summary>Asks the frameworks whether what <see cref="FrameworkInternals"/> assumes of their inside is so in the versions that are referenced.</summary>
public sealed class FrameworkInternalsTests
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    private static readonly JsonSerializerOptions Demanding = new(Strict) { RespectRequiredConstructorParameters = true };

    [Fact]
    public async Task A_single_scheme_is_the_default_unless_the_switch_is_set()
    {
        AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", false);
        (await DefaultSchemeAsync()).ShouldBe("counted");

        FrameworkInternals.SuppressDefaultScheme();
        (await DefaultSchemeAsync()).ShouldBeNull();
    }

    [Fact]
    public void Data_protection_comes_with_authentication_and_goes()
    {
        var services = new ServiceCollection();
        services.AddAuthentication();
        services.ShouldContain(service => IsOfDataProtection(service));

        FrameworkInternals.RemoveDataProtectionAtStart(services);
        services.ShouldNotContain(service => IsOfDataProtection(service));
    }

    [Fact]
    public async Task The_framework_guards_every_request_unless_it_is_told_that_the_pipeline_does()
    {
        await using (var guarded = await WebAsync(_ => { }, builder => builder.Services.AddAuthentication("counted")))
            (await AuthenticationsAsync(guarded)).ShouldBe(1);

        await using var left = await WebAsync(FrameworkInternals.LeaveGuardsToThePipeline, builder => builder.Services.AddAuthentication("counted"));
        (await AuthenticationsAsync(left)).ShouldBe(0);
    }

    [Fact]
    public void The_deserializer_names_an_unknown_member_and_tells_of_a_duplicate()
    {
        var unknown = Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Thing>("""{"id": 1, "other": 2}""", Strict));
        FrameworkInternals.IsUnknownMember(unknown, out var member).ShouldBeTrue(unknown.Message);
        member.ShouldBe("other");
        FrameworkInternals.IsDuplicateMember(unknown).ShouldBeFalse();

        var duplicate = Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Thing>("""{"id": 1, "id": 2}""", Strict));
        FrameworkInternals.IsDuplicateMember(duplicate).ShouldBeTrue(duplicate.Message);
        FrameworkInternals.IsUnknownMember(duplicate, out _).ShouldBeFalse();

        var missing = Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Pair>("{}", Demanding));
        FrameworkInternals.MissingMembers(missing).ShouldBe(["first", "second"], missing.Message);
        FrameworkInternals.MissingMembers(duplicate).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/things?number=many")]
    [InlineData("/things")]
    public async Task An_endpoint_names_the_parameter_that_it_could_not_bind(string path)
    {
        BadHttpRequestException? failure = null;
        await using var app = await WebAsync(app => app.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (BadHttpRequestException bad)
            {
                failure = bad;
                context.Response.StatusCode = bad.StatusCode;
            }
        }), builder => builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true));

        using var client = new HttpClient();
        (await client.GetAsync(new Uri(app.Urls.Single() + path))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        FrameworkInternals.UnboundParameter(failure.ShouldNotBeNull()).ShouldBe("number", failure.Message);
    }

    [Fact]
    public async Task The_driver_tells_a_statement_that_it_could_not_send_from_one_that_broke_later()
    {
        await using var connection = await ConnectedAsync(async server => await Task.CompletedTask);
        var unsent = await Should.ThrowAsync<NpgsqlException>(() => SelectAsync(connection));
        FrameworkInternals.WasNotSent(unsent).ShouldBeTrue(unsent.Message);

        await using var other = await ConnectedAsync(async server => await server.ReceiveAsync(new byte[1024]));
        var broken = await Should.ThrowAsync<NpgsqlException>(() => SelectAsync(other));
        FrameworkInternals.WasNotSent(broken).ShouldBeFalse(broken.Message);
    }

    private static async Task<int> SelectAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>A connection to a server that says yes to everything, does as it is told and then resets the connection.</summary>
    private static async Task<NpgsqlConnection> ConnectedAsync(Func<Socket, Task> then)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var accepting = listener.AcceptAsync();
        var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={((IPEndPoint)listener.LocalEndPoint!).Port};Username=u;Password=p;Database=d;Pooling=false;SSL Mode=Disable;GSS Encryption Mode=Disable;Server Compatibility Mode=NoTypeLoading");
        var opening = connection.OpenAsync();
        var server = await accepting;
        await server.ReceiveAsync(new byte[1024]); // the startup message
        await server.SendAsync(Message('R', [0, 0, 0, 0]).Concat(Parameter("server_version", "15.0")).Concat(Parameter("client_encoding", "UTF8"))
            .Concat(Parameter("integer_datetimes", "on")).Concat(Parameter("standard_conforming_strings", "on")).Concat(Parameter("TimeZone", "UTC"))
            .Concat(Message('K', [0, 0, 0, 1, 0, 0, 0, 1])).Concat(Message('Z', [(byte)'I'])).ToArray());
        await opening;
        server.LingerState = new(true, 0);
        var ending = EndAsync(server, then);
        if (ending.IsCompleted)
            await ending;
        return connection;
    }

    private static async Task EndAsync(Socket server, Func<Socket, Task> then)
    {
        await then(server);
        server.Dispose();
    }

    private static byte[] Parameter(string name, string value) => Message('S', Encoding.UTF8.GetBytes($"{name}\0{value}\0"));

    private static byte[] Message(char type, byte[] body) => [(byte)type, .. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(body.Length + 4)), .. body];

    private static async Task<string?> DefaultSchemeAsync()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, Counted>("counted", null);
        await using var provider = services.BuildServiceProvider();
        return (await provider.GetRequiredService<IAuthenticationSchemeProvider>().GetDefaultAuthenticateSchemeAsync())?.Name;
    }

    private static bool IsOfDataProtection(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly.GetName().Name == "Microsoft.AspNetCore.DataProtection";

    private static async Task<WebApplication> WebAsync(Action<WebApplication> use, Action<WebApplicationBuilder> add)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddLogging().AddSingleton<Count>();
        add(builder);
        if (builder.Services.Any(service => service.ServiceType == typeof(IAuthenticationSchemeProvider)))
            builder.Services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, Counted>("counted", null);
        var app = builder.Build();
        use(app);
        app.MapGet("/things", (int number) => number);
        await app.StartAsync();
        return app;
    }

    private static async Task<int> AuthenticationsAsync(WebApplication app)
    {
        using var client = new HttpClient();
        (await client.GetStringAsync(new Uri($"{app.Urls.Single()}/things?number=7"))).ShouldBe("7");
        return app.Services.GetRequiredService<Count>().Value;
    }

    private sealed record Thing(int Id);

    private sealed record Pair(int First, string Second, int Third = 3);

    private sealed class Count
    {
        public int Value { get; set; }
    }

    private sealed class Counted(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, Count? count = null)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            count!.Value++;
            return Task.FromResult(AuthenticateResult.Success(new(new ClaimsPrincipal(), Scheme.Name)));
        }
    }
}
