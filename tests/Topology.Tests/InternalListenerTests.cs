using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using ECommerce.Products.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SigningKey = ECommerce.Web.SigningKey;

namespace ECommerce.Topology.Tests;

/// <summary>A stranger in the network at the internal listener, and a host of the shop with a bug: 4xx, bounded and counted, and never 5xx.</summary>
[Collection(nameof(SharedServicesShop))]
public sealed class InternalListenerTests(ServicesShop shop)
{
    private const string Path = "/contracts/products.reserve-stock.v1";

    private Uri Address => shop.Products.Internal;

    [Fact]
    public async Task Forged_tokens_are_401_and_counted()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var shared = SigningKey.FromPem(shop.SigningKeyPem);
        var publicKey = Encoding.UTF8.GetBytes(((ECDsaSecurityKey)shared.Credentials.Key).ECDsa.ExportSubjectPublicKeyInfoPem());
        var valid = Token().Split('.');
        (string Header, string Reason)[] attacks =
        [
            ("Bearer " + Unsigned("""{"alg":"none"}""", valid[1]), "signature"),
            ("Bearer " + Unsigned("""{"alg":"NONE","typ":"JWT"}""", valid[1]), "signature"),
            ("Bearer " + Forged(new SigningCredentials(new SymmetricSecurityKey(publicKey), SecurityAlgorithms.HmacSha256)), "signature"), // the public key as a secret
            ("Bearer " + Forged(new SigningCredentials(new ECDsaSecurityKey(stranger), SecurityAlgorithms.EcdsaSha256)), "signature"),
            ("Bearer " + Forged(new SigningCredentials(new ECDsaSecurityKey(stranger) { KeyId = new string('k', 10_000) }, SecurityAlgorithms.EcdsaSha256)), "signature"),
            ($"Bearer {valid[0]}.{valid[1]}.{new string('A', 86)}", "signature"),
            ($"Bearer {valid[0]}.{Base64("""{"iss":"ecommerce-hosts"}""")}.{valid[2]}", "signature"),
            ("Bearer " + Unsigned(string.Concat(Enumerable.Repeat("{\"a\":", 2000)), valid[1]), "malformed"),
            ("Bearer ....", "malformed"),
            ("Bearer " + new string('.', 20_000), "malformed"),
            ("bearer x", "missing"),
        ];
        var before = await RefusedAsync();

        foreach (var (header, _) in attacks)
            (await SendAsync(header, new ByteArrayContent("{}"u8.ToArray()))).Status.ShouldBe(401, header[..Math.Min(60, header.Length)]);

        var after = await RefusedAsync();
        foreach (var (reason, times) in attacks.CountBy(attack => attack.Reason))
            (after.GetValueOrDefault(reason) - before.GetValueOrDefault(reason)).ShouldBe(times, reason);
    }

    [Theory]
    [InlineData("POST /contracts/../api/products HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n")]
    [InlineData("POST /contracts/%2e%2e/ops/faults HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n")]
    [InlineData("POST /contracts/products.reserve-stock.v1%00 HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n")]
    [InlineData("POST /contracts/users.find-user.v1 HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n")]
    [InlineData("POST /contracts/PRODUCTS.RESERVE-STOCK.V1/../../ops HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n")]
    [InlineData("GET /contracts/products.reserve-stock.v1 HTTP/1.1\r\nHost: shop\r\n")]
    [InlineData("POST /contracts/products.reserve-stock.v1 HTTP/1.1\r\nHost: shop\r\nHost: other\r\nContent-Length: 0\r\n")]
    [InlineData("POST /contracts/products.reserve-stock.v1 HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\nContent-Length: 6\r\n")]
    [InlineData("POST /contracts/products.reserve-stock.v1 HTTP/1.1\r\nHost: shop\r\nContent-Length: -1\r\n")]
    [InlineData("POST /contracts/products.reserve-stock.v1 HTTP/1.1\r\nHost: shop\r\nContent-Length: 104857600\r\n")]
    [InlineData("POST /contracts/products.reserve-stock.v1 HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: nonsense\r\n")]
    [InlineData("POST /contracts/products.reserve-stock.v1 HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\nContent-Length: 0\r\n")]
    [InlineData("POST /contracts/products.reserve-stock.v1 HTTP/1.1\r\nHost: shop\r\nX-Contract-Timeout-Ms: -1\r\nX-Contract-Timeout-Ms: 9e99\r\nContent-Length: 0\r\n")]
    [InlineData("POST /contracts/products.reserve-stock.v1 HTTP/1.1\r\nHost: shop\r\ntraceparent: 00-\u0001-x\r\nContent-Length: 0\r\n")]
    [InlineData("POST /contracts/products.reserve-stock.v1 HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer \u00fc\u00fc.\u00fc.\u00fc\r\nContent-Length: 0\r\n")]
    [InlineData("\u0016\u0003\u0001\r\n")]
    public async Task Nonsense_is_answered_with_4xx(string request)
    {
        using var socket = await ConnectAsync();

        await socket.SendAsync(Encoding.Latin1.GetBytes(request + "\r\n"));

        (await ReadAsync(socket)).ShouldStartWith("HTTP/1.1 4");
    }

    [Theory]
    [InlineData("", 400, "body")]
    [InlineData("{", 400, "body")]
    [InlineData("null", 400, "body")]
    [InlineData("[]", 400, "body")]
    [InlineData("{}", 400, "reservationId ownerId lines")]
    [InlineData("""{"reservationId": 1, "ownerId": "x", "lines": []}""", 400, "reservationId")]
    [InlineData("""{"reservationId":"01a22d6f-3528-7566-9dc1-44f2ec1e30a2","ownerId":"01a22d6f-3528-7863-a2cf-af17a3fe8734"}""", 400, "lines")]
    [InlineData("""{"reservationId":"01a22d6f-3528-7566-9dc1-44f2ec1e30a2","ownerId":"01a22d6f-3528-7863-a2cf-af17a3fe8734","lines":[{"quantity":7}]}""", 400, "lines[0].productId")]
    [InlineData("""{"reservationId":"01a22d6f-3528-7566-9dc1-44f2ec1e30a2","ownerId":"01a22d6f-3528-7863-a2cf-af17a3fe8734","lines":[{"productId":"01a22d6f-3528-7863-a2cf-af17a3fe8734","quantity":1e999}]}""", 400, "lines[0].quantity")]
    [InlineData("""{"reservationId":"01a22d6f-3528-7566-9dc1-44f2ec1e30a2","ownerId":"01a22d6f-3528-7863-a2cf-af17a3fe8734","lines":null}""", 200, "lines")]
    [InlineData("""{"reservationId":"01a22d6f-3528-7566-9dc1-44f2ec1e30a2","ownerId":"01a22d6f-3528-7863-a2cf-af17a3fe8734","lines":[null]}""", 200, "lines[0]")]
    [InlineData("""{"reservationId":"01a22d6f-3528-7566-9dc1-44f2ec1e30a2","ownerId":"01a22d6f-3528-7863-a2cf-af17a3fe8734","lines":[{"productId":"01a22d6f-3528-7863-a2cf-af17a3fe8734","quantity":-7}],"later":{"a":[1]}}""", 200, "lines[0].quantity")]
    public async Task What_is_wrong_with_a_request_is_refused_by_its_name(string body, int status, string fields)
    {
        var answer = await SendAsync($"Bearer {Token()}", new ByteArrayContent(Encoding.UTF8.GetBytes(body)));

        answer.Status.ShouldBe(status, answer.Text);
        if (status == 200) // a refusal by the module's own rules, which accept what is unknown
            answer.Member("error").GetProperty("fields").EnumerateObject().Select(field => field.Name).ShouldContain(fields);
        else
            answer.Fields.ShouldBe(fields.Split(' '));
    }

    [Fact]
    public async Task Bodies_are_bounded_in_size_depth_and_time()
    {
        (await SendAsync($"Bearer {Token()}", new ByteArrayContent(Encoding.UTF8.GetBytes(new string('[', 200_000))))).Status.ShouldBe(400);
        (await SendAsync($"Bearer {Token()}", new ByteArrayContent([0x22, 0xff, 0xfe, 0x22]))).Status.ShouldBe(400);
        (await SendAsync($"Bearer {Token()}", new ByteArrayContent(Encoding.UTF8.GetBytes($"{{\"lines\":[{new string(' ', 2_000_000)}]}}")))).Status.ShouldBe(413);

        using var socket = await ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST {Path} HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer {Token()}\r\n{Contract.TimeoutHeader}: 200\r\nContent-Length: 100\r\n\r\n{{"));
        var late = await ReadAsync(socket);
        late.ShouldStartWith("HTTP/1.1 400 ");
        late.ShouldContain("The body did not arrive in time.");

        (await shop.Products.MetricsAsync()).Values.Where(series => series.Key.StartsWith("http_requests_total", StringComparison.Ordinal)
            && series.Key.Contains($"path=\"{Path}\"", StringComparison.Ordinal) && series.Key.Contains("status=\"500\"", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Connections_of_one_client_leave_room_for_the_others()
    {
        const string Refusals = """limit_refusals_total{limit="client_connections"}""";
        const int Share = 1000;
        var before = (await shop.Products.MetricsAsync())[Refusals];
        List<Socket> open = [];
        try
        {
            for (var i = 0; i < Share; i++)
                open.Add(await ConnectAsync("127.0.0.9"));
            for (var i = 0; i < 50; i++)
                await TryConnectAsync();
            await Eventually.TrueAsync(async () => (await shop.Products.MetricsAsync())[Refusals] - before >= 50, "the connections beyond the share are closed");

            using var other = await ConnectAsync("127.0.0.8");
            await other.SendAsync(Encoding.ASCII.GetBytes($"POST {Path} HTTP/1.1\r\nHost: shop\r\nContent-Length: 0\r\n\r\n"));
            (await ReadAsync(other)).ShouldStartWith("HTTP/1.1 401 ");
            (await shop.Given.AnOrderAsync(await shop.Given.ACustomerAsync(), (await shop.Given.AProductAsync(), 1))).Total.ShouldBeGreaterThan(0);
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }

        async Task TryConnectAsync()
        {
            try
            {
                open.Add(await ConnectAsync("127.0.0.9"));
            }
            catch (SocketException)
            {
                // Closed before the client saw that it was open.
            }
        }
    }

    private string Token() => shop.Orders.Services.GetRequiredService<ContractTokens>().For(shop.Orders.Services.GetRequiredService<ContractCatalogue>().Of(typeof(ReserveStock)));

    private static string Forged(SigningCredentials by) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "ecommerce-hosts",
        Audience = "products.reserve-stock.v1",
        Expires = DateTime.UtcNow.AddSeconds(10),
        Claims = new Dictionary<string, object> { ["jti"] = Guid.NewGuid().ToString("N") },
        SigningCredentials = by,
    });

    private static string Unsigned(string header, string payload) => $"{Base64(header)}.{payload}.";

    private static string Base64(string text) => Base64UrlEncoder.Encode(text);

    private async Task<Dictionary<string, double>> RefusedAsync() => (await shop.Products.MetricsAsync()).Values
        .Where(series => series.Key.StartsWith("contract_tokens_refused_total{", StringComparison.Ordinal))
        .ToDictionary(series => series.Key.Split('"')[1], series => series.Value);

    private async Task<Answer> SendAsync(string authorization, HttpContent body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, Path)) { Content = body };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    private async Task<Socket> ConnectAsync(string from = "127.0.0.1")
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port);
        return socket;
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        var text = new StringBuilder();
        var bytes = new byte[4096];
        using var patience = new CancellationTokenSource(Eventually.Deadline);
        do
        {
            var read = await socket.ReceiveAsync(bytes, patience.Token);
            if (read == 0)
                break;
            text.Append(Encoding.Latin1.GetString(bytes, 0, read));
        }
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) || socket.Available > 0);

        return text.ToString();
    }
}
