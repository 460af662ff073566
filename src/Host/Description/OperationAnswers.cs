using ECommerce.Kernel;
using ECommerce.Platform.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>Every answer of an operation: what it gives with which headers, and every refusal with an example.</summary>
internal sealed class OperationAnswers : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        var answers = operation.Responses ?? [];
        DescribeHeaders(answers, context.Description, document);

        await RefusalComponents.EnsureSchemaAsync(context, cancellationToken);
        foreach (var refusals in RefusalsOf(context.Description).DistinctBy(error => error.Code).GroupBy(error => error.Status))
            answers.TryAdd(RefusalComponents.Status(refusals.Key), RefusalComponents.Reference(document, [.. refusals]));

        operation.Responses = [];
        foreach (var (status, answer) in answers.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            operation.Responses.Add(status, answer);
    }

    private static void DescribeHeaders(OpenApiResponses answers, ApiDescription endpoint, OpenApiDocument document)
    {
        var isTagged = endpoint.ActionDescriptor.EndpointMetadata.OfType<Tagged>().Any();
        var isReplayable = Takes(endpoint, typeof(IdempotencyKey));
        if (isTagged)
            answers.TryAdd("304", new OpenApiResponse { Description = "What you have is still current." });

        foreach (var (status, answer) in answers)
        {
            if (answer is not OpenApiResponse response)
                continue;
            response.Headers = HeaderComponents.References(document,
            [
                .. status is "201" ? [HeaderNames.Location] : Array.Empty<string>(),
                .. status is "201" && isReplayable ? [HeaderComponents.Replayed] : Array.Empty<string>(),
                .. status is "200" or "304" && isTagged ? [HeaderNames.ETag] : Array.Empty<string>(),
                HeaderComponents.TraceId,
                HeaderComponents.RequestId,
            ]);
        }
    }

    private static IEnumerable<Error> RefusalsOf(ApiDescription endpoint)
    {
        var metadata = endpoint.ActionDescriptor.EndpointMetadata;
        foreach (var error in metadata.OfType<Refusals>().SelectMany(refusals => refusals.Errors))
            yield return error;

        var parameters = endpoint.ParameterDescriptions;
        var hasBody = parameters.Any(parameter => parameter.Source == BindingSource.Body);
        var isMatched = Takes(endpoint, typeof(IfMatch));
        if (parameters.Any(CanBeWrong) || isMatched || Takes(endpoint, typeof(IdempotencyKey)))
            yield return CommonErrors.ValidationFailed;
        if (hasBody)
        {
            yield return CommonErrors.MalformedJson;
            yield return CommonErrors.PayloadTooLarge;
            yield return CommonErrors.UnsupportedMediaType;
        }

        var locks = metadata.OfType<IAuthorizeData>().ToArray();
        if (locks.Length > 0)
            yield return CommonErrors.Unauthorized;
        if (locks.Any(one => one.Policy == Policies.Admin))
            yield return CommonErrors.Forbidden;
        if (parameters.Any(parameter => parameter.Source == BindingSource.Path))
            yield return CommonErrors.NotFound;
        if (isMatched)
            yield return CommonErrors.PreconditionFailed;
        yield return CommonErrors.TooManyRequests;
        // Only the API takes a place, and only it asks the database.
        if (endpoint.RelativePath?.StartsWith("api/", StringComparison.Ordinal) is true)
        {
            yield return CommonErrors.DependencyUnavailable;
            yield return CommonErrors.Timeout;
        }

        yield return CommonErrors.Internal;
    }

    // A piece of the path that is text names something or does not.
    private static bool CanBeWrong(ApiParameterDescription parameter) => parameter.Source != BindingSource.Path || parameter.Type != typeof(string);

    private static bool Takes(ApiDescription endpoint, Type type) =>
        endpoint.Handler()?.GetParameters().Any(parameter => parameter.ParameterType == type) is true;
}
