namespace ECommerce.Hosting;

/// <summary>
/// An exception whose cause has been logged by the component that found it. Who catches it marks the span and does not log it again.
/// </summary>
public interface IAlreadyLogged;
