using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ECommerce.Kernel;
using MediatR;
using Microsoft.Extensions.Options;

namespace ECommerce.Topology;

/// <summary>Calls the contracts of modules in other hosts: HTTP/1.1 and JSON, through the resilience pipeline of the module.</summary>
internal sealed class ContractClient(
    IHttpClientFactory clients, ContractCatalogue contracts, CallDeadlines deadlines, ContractMetrics metrics, IOptions<ContractsOptions> options, TimeProvider clock)
{
    /// <exception cref="ContractUnavailableException">There was no result.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up, before a command was sent or while a query was answered.</exception>
    public async Task<Result<T>> SendAsync<TRequest, T>(TRequest request, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        // A command that was sent may be committed, which only its answer tells. As a commit in this process, it cannot be cancelled any more: a
        // reservation whose caller had left would hold stock without an order.
        var limit = deadlines.LimitOf(options.Value.Timeout, ct);
        if (request is ICommand<T>)
            ct = CancellationToken.None;
        var contract = contracts.Of(typeof(TRequest));
        var started = Stopwatch.GetTimestamp();
        try
        {
            var result = await AttemptAsync<TRequest, T>(contract, request, limit, ct);
            metrics.Called(contract, result.Error is null ? "ok" : "rejected", Stopwatch.GetElapsedTime(started));
            return result;
        }
        catch (ContractUnavailableException failure)
        {
            metrics.Called(contract, failure.Reason, Stopwatch.GetElapsedTime(started));
            throw;
        }
        catch (OperationCanceledException)
        {
            metrics.Called(contract, "cancelled", Stopwatch.GetElapsedTime(started));
            throw;
        }
    }

    private async Task<Result<T>> AttemptAsync<TRequest, T>(Contract contract, TRequest request, TimeSpan limit, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, contract.Path)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, ContractJson.Options)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        message.Options.Set(ContractAttempts.Call, new(contract, clock.GetTimestamp(), limit, ct));
        try
        {
            using var client = clients.CreateClient(ModuleClients.NameOf(contract.Module));
            using var response = await client.SendAsync(message, ct);
            if (response.StatusCode is not HttpStatusCode.OK)
                throw new ContractUnavailableException(contract.Module, ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
            return JsonSerializer.Deserialize<Result<T>>(await response.Content.ReadAsByteArrayAsync(ct), ContractJson.Options) is { } result and not { Value: null, Error: null }
                ? result
                : throw new JsonException("There is neither a value nor a refusal.");
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && ContractUnavailableException.ReasonOf(failure) is { } reason)
        {
            throw new ContractUnavailableException(contract.Module, reason, failure);
        }
    }
}

/// <summary>Handles the requests of a module that is held by another host, in place of the module's own handlers.</summary>
internal sealed class ForwardingHandler<TRequest, T>(ContractClient client) : IRequestHandler<TRequest, Result<T>>
    where TRequest : IRequest<Result<T>>
{
    public Task<Result<T>> Handle(TRequest request, CancellationToken cancellationToken) => client.SendAsync<TRequest, T>(request, cancellationToken);
}
