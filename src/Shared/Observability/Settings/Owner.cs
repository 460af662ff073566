namespace Observability.Settings;

/// <summary>
/// The part of an application that a request or a log line belongs to: the values of the labels and fields <c>module</c> and <c>service</c>.
/// </summary>
/// <param name="Module">The part's name: <c>orders</c>.</param>
/// <param name="Service">Its name as a service: <c>orders-service</c>.</param>
public sealed record Owner(string Module, string Service);
