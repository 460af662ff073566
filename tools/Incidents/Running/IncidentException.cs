namespace ECommerce.Incidents.Running;

/// <summary>The incident itself failed, and not the shop in it.</summary>
internal sealed class IncidentException(string message, Exception? inner = null) : Exception(message, inner);
