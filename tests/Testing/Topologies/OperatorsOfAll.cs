namespace ECommerce.Testing;

/// <summary>
/// The management listeners of all hosts as one: pages of metrics are united, a change goes to all hosts, and the answer is the first
/// success, since a host refuses what is not its module's. Other requests go to the host of the module that the query names.
/// </summary>
/// <param name="addresses">The management addresses.</param>
/// <param name="moduleOf">The index of the host that holds a module; 0 when no host does.</param>
/// <param name="isLeftOut">Whether a series of a host is left out of the united page.</param>
internal sealed class OperatorsOfAll(IReadOnlyList<Uri> addresses, Func<string, int> moduleOf, Func<int, string, bool> isLeftOut) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery;
        if (path.StartsWith("/metrics", StringComparison.Ordinal))
            return await UniteAsync(request, cancellationToken);
        if (request.Method == HttpMethod.Get)
            return await SendAsync(request, null, moduleOf(path.Split("module=")[^1].Split('&')[0]), cancellationToken);

        var body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        HttpResponseMessage? first = null;
        for (var host = 0; host < addresses.Count; host++)
        {
            var answer = await SendAsync(request, body, host, cancellationToken);
            if (first is null || (!first.IsSuccessStatusCode && answer.IsSuccessStatusCode))
                (first, answer) = (answer, first);
            answer?.Dispose();
        }

        return first!;
    }

    private async Task<HttpResponseMessage> UniteAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var answers = await Task.WhenAll(addresses.Select((_, host) => SendAsync(request, null, host, ct)));
        if (answers.FirstOrDefault(answer => !answer.IsSuccessStatusCode) is { } failed)
            return failed;
        var pages = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync(ct)));
        var content = new StringContent(MetricsUnion.Of(pages, isLeftOut));
        content.Headers.ContentType = answers[0].Content.Headers.ContentType;
        answers[0].Content = content;
        return answers[0];
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, byte[]? body, int host, CancellationToken ct)
    {
        var copy = new HttpRequestMessage(request.Method, new Uri(addresses[host], request.RequestUri!.PathAndQuery));
        if (body is not null)
            copy.Content = new ByteArrayContent(body) { Headers = { ContentType = request.Content!.Headers.ContentType } };
        foreach (var (name, values) in request.Headers)
            copy.Headers.TryAddWithoutValidation(name, values);
        return await base.SendAsync(copy, ct);
    }
}
