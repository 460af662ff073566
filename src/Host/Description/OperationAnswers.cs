using ECommerce.Kernel;
using ECommerce.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>Describes every answer of an operation: success with its headers, and every refusal with an example.</summary>
internal sealed class OperationAnswers(SliceSummaries summaries) : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        var answers = operation.Responses ?? [];
        DescribeSuccess(answers, context.Description, document);

        await RefusalComponents.EnsureSchemaAsync(context, cancellationToken);
        foreach (var refusals in RefusalsOf(context.Description).DistinctBy(error => error.Code).GroupBy(error => error.Status))
            answers.TryAdd(RefusalComponents.Status(refusals.Key), RefusalComponents.Reference(document, [.. refusals]));
        answers.TryAdd("default", RefusalComponents.AnyOther(document));

        operation.Responses = [];
        foreach (var (status, answer) in answers.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            operation.Responses.Add(status, answer);
    }

    private void DescribeSuccess(OpenApiResponses answers, ApiDescription endpoint, OpenApiDocument document)
    {
        var isTagged = endpoint.ActionDescriptor.EndpointMetadata.OfType<Tagged>().Any();
        var isChanged = endpoint.ActionDescriptor.EndpointMetadata.OfType<TagsChange>().Any();
        var isReplayable = Takes(endpoint, typeof(IdempotencyKey));
        if (isTagged)
            answers["304"] = new OpenApiResponse { Description = "The version that If-None-Match names is still current." };

        foreach (var (status, answer) in answers)
        {
            if (answer is not OpenApiResponse response)
                continue;
            response.Description = TextOf(status, endpoint) ?? response.Description;
            response.Headers = HeaderComponents.References(document,
            [
                .. status is "201" or "202" ? [HeaderNames.Location] : Array.Empty<string>(),
                .. status is "200" or "201" && isReplayable ? [HeaderComponents.Replayed] : Array.Empty<string>(),
                .. (status is "200" or "304" && isTagged) || (status is "200" && isChanged) ? [HeaderNames.ETag] : Array.Empty<string>(),
                HeaderComponents.TraceId,
                HeaderComponents.RequestId,
            ]);
        }
    }

    private string? TextOf(string status, ApiDescription endpoint)
    {
        var type = endpoint.SupportedResponseTypes.FirstOrDefault(answer => RefusalComponents.Status(answer.StatusCode) == status)?.Type;
        var text = type is null || type == typeof(void) ? null : summaries.Of(type);
        return status switch
        {
            "201" => $"Created. {text}",
            "202" => $"Accepted: the outcome is not known yet. {text}",
            "204" => "Success, without a body.",
            _ when type == typeof(object) => "The document.",
            _ => text,
        };
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
        // Only API requests count in the concurrency limit, and only they use the database.
        if (endpoint.RelativePath?.StartsWith("api/", StringComparison.Ordinal) is true)
        {
            yield return CommonErrors.DependencyUnavailable;
            yield return CommonErrors.Timeout;
        }

        yield return CommonErrors.Internal;
    }

    // A text segment of the path is part of a resource's name; only ids can be malformed.
    private static bool CanBeWrong(ApiParameterDescription parameter) => parameter.Source != BindingSource.Path || parameter.Type != typeof(string);

    private static bool Takes(ApiDescription endpoint, Type type) =>
        endpoint.Handler()?.GetParameters().Any(parameter => parameter.ParameterType == type) is true;
}
