# The architecture that `terrace up --on aws` makes from a manifest with one or more services and a database, written by
# hand as a Terraform user would: the other side of `make bench`.
terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "name" {
  type    = string
  default = "shop"
}

variable "region" {
  type    = string
  default = "us-east-1"
}

variable "services" {
  description = "How many services the stack has."
  type        = number
  default     = 1
}

variable "notify" {
  type    = string
  default = "ops@example.com"
}

provider "aws" {
  region                     = var.region
  skip_metadata_api_check    = true
  skip_requesting_account_id = false
  s3_use_path_style          = true
  default_tags {
    tags = { stack = var.name, environment = "production" }
  }
}

data "aws_caller_identity" "current" {}

data "aws_availability_zones" "available" {
  state = "available"
}

locals {
  zones    = slice(data.aws_availability_zones.available.names, 0, 2)
  suffixes = ["a", "b"]
  services = [for index in range(var.services) : index == 0 ? "web" : "service-${index}"]
  account  = data.aws_caller_identity.current.account_id
}
